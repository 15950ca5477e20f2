import type { Expression, TypeName } from './ast.ts';
import { isOpenResource, isPrimitive } from './categories.ts';
import type { Code } from './code.ts';
import { type Answers, type Context, inputOf, NotCompilable, type Scope, type Truth } from './context.ts';
import { type Flow, type Item, presence, single, unknownType } from './flow.ts';
import { and, not, or } from './logic.ts';
import { answered } from './truth.ts';

type TypeExpression = Extract<Expression, { kind: 'type' }>;

const systemTypes = new Set(['Boolean', 'String', 'Integer', 'Decimal', 'Date', 'DateTime', 'Time']);
const notDomainResources = new Set(['Bundle', 'Binary', 'Parameters']);

/** The type that a name in an expression means: FHIR's if there is one, else FHIRPath's own. */
function wantedType({ model }: Scope, { namespace, name }: TypeName): string {
  if (namespace === 'System' || (namespace === undefined && !model.has(name) && systemTypes.has(name)))
    return `System.${name}`;
  if (!model.has(name)) throw new NotCompilable(`the type ${name} is not known`);
  return name;
}

/** Condition that an item, which is there, has the type. */
function hasType({ model }: Scope, item: Item, wanted: string, exactly: boolean): string {
  const answers = item.types.map((type) => {
    if (type === wanted) return 'true';
    if (isOpenResource(type) || type === unknownType) return dynamicType(model.kindOf(wanted), item.value, wanted);
    // An `as` or `ofType` takes a primitive by its own type only: a code is no string.
    if (exactly && isPrimitive(model, type)) return 'false';
    return String(model.isA(type, wanted));
  });
  const [answer = 'false', ...others] = [...new Set(answers)];
  if (others.length > 0) throw new NotCompilable(`whether a value is a ${wanted} is known only at run time`);
  return answer;
}

function dynamicType(kind: string | undefined, value: string, wanted: string): string {
  if (kind !== 'resource') throw new NotCompilable(`whether a value is a ${wanted} is known only at run time`);
  const type = `${value}?.resourceType`;
  if (wanted === 'Resource') return `typeof ${type}==='string'`;
  if (wanted !== 'DomainResource') return `${type}===${JSON.stringify(wanted)}`;
  const others = [...notDomainResources].map((name) => `${type}!==${JSON.stringify(name)}`);
  return and(`typeof ${type}==='string'`, ...others);
}

/** `x is T`: empty where x is. */
export function isOfType(expression: TypeExpression, context: Context): Truth {
  const { scope } = context;
  const wanted = wantedType(scope, expression.type);
  return answered((code) => {
    const input = inputOf(expression, context, code);
    if (input.items === undefined) return isOnlyItemOf(scope, input, wanted, code);
    const answers = input.items.map((item): Answers => {
      const kept = { ...item, value: code.keep(item.value) };
      const answer = hasType(scope, kept, wanted, false);
      return { yes: and(presence(kept), answer), no: and(presence(kept), not(answer)) };
    });
    return { yes: or(...answers.map(({ yes }) => yes)), no: or(...answers.map(({ no }) => no)) };
  });
}

/** Looks at the items one by one, for only there the type of a choice is known. */
function isOnlyItemOf(scope: Scope, input: Flow, wanted: string, code: Code): Answers {
  const [count, right] = [code.name('n'), code.name('is')];
  const loop = code.piece();
  input.each(loop, (item, inside) => {
    inside.write(`${count}++;${right}=${hasType(scope, item, wanted, false)};`);
  });
  code.write(`let ${count}=0,${right}=false;${loop.text}`);
  return { yes: and(`${count}===1`, right), no: and(`${count}===1`, not(right)) };
}

/** `as`, `as()` and `ofType()`: the items of the type. */
export function takeType(expression: TypeExpression, context: Context, code: Code): Flow {
  const { scope } = context;
  const wanted = wantedType(scope, expression.type);
  const input = inputOf(expression, context, code);
  const { items } = input;
  if (items !== undefined)
    return single(
      ...items.flatMap((item) => {
        const answer = hasType(scope, item, wanted, true);
        if (answer === 'false') return [];
        if (answer === 'true') return [item];
        return [{ value: code.keep(`(${answer}?${item.value}:undefined)`), types: [wanted] }];
      }),
    );
  const possible = (type: string) => hasType(scope, { value: '', types: [type] }, wanted, true) !== 'false';
  const kept = (item: Item): Item => ({ ...item, types: item.types.map((type) => narrowed(type, wanted)) });
  return {
    many: input.many,
    types: [...new Set(input.types.filter(possible).map((type) => narrowed(type, wanted)))],
    each: (inside, body) => {
      input.each(inside, (item, then) => {
        then.when(hasType(scope, item, wanted, true), (yes) => body(kept(item), yes));
      });
    },
  };
}

function narrowed(type: string, wanted: string): string {
  return isOpenResource(type) || type === unknownType ? wanted : type;
}
