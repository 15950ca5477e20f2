import type { Expression } from './ast.ts';
import { Code } from './code.ts';
import { type Context, NotCompilable } from './context.ts';
import { type Flow, type Item, single } from './flow.ts';

/**
 * `repeat(projection)`: what the projection gives, and what it gives for that again. Only names, unions of names, `where()` and
 * `ofType()` are taken: they go down the tree and so come to an end. Equal items are not looked for, as nothing here counts them.
 */
export function repeated(projection: Expression, input: Flow, context: Context): Flow {
  const branches = branchesOf(projection);
  const types = reachedTypes(branches, input, context);
  return {
    many: true,
    types,
    each: (code, body) => {
      const [queue, at, value] = [code.name('queue'), code.name('i'), code.name('x')];
      const push = (flow: Flow, into: Code) => {
        flow.each(into, (item, inside) => inside.write(`${queue}.push(${item.value});`));
      };
      const from = (start: Flow, into: Code) => {
        for (const branch of branches) push(context.scope.flow(branch, { ...context, focus: start }, into), into);
      };
      code.write(`const ${queue}=[];`);
      input.each(code, (item, inside) => from(single(item), inside));
      const item: Item = { value, types, present: true };
      const inside = code.piece();
      from(single(item), inside);
      body(item, inside);
      code.write(`for(let ${at}=0;${at}<${queue}.length;${at}++){const ${value}=${queue}[${at}];${inside.text}}`);
    },
  };
}

function branchesOf(projection: Expression): readonly Expression[] {
  if (projection.kind === 'binary' && projection.operator === '|')
    return [...branchesOf(projection.left), ...branchesOf(projection.right)];
  if (!goesDown(projection)) throw new NotCompilable('repeat() has a projection that may not come to an end');
  return [projection];
}

function goesDown(expression: Expression): boolean {
  if (expression.kind === 'member')
    return expression.of === undefined || expression.of.kind === 'this' || goesDown(expression.of);
  if (expression.kind !== 'type' && expression.kind !== 'call') return false;
  const keeps = expression.kind === 'type' ? expression.operator !== 'is' : expression.name === 'where';
  return keeps && expression.of !== undefined && goesDown(expression.of);
}

/** Every type that the items can have, found by going on until no new one turns up. */
function reachedTypes(branches: readonly Expression[], input: Flow, context: Context): string[] {
  const reached = new Set<string>();
  let fresh: readonly string[] = input.types;
  while (fresh.length > 0) {
    const found = fresh.flatMap((type) => {
      const focus = single({ value: 'x', types: [type], present: true });
      return branches.flatMap((branch) => context.scope.flow(branch, { ...context, focus }, new Code()).types);
    });
    fresh = [...new Set(found)].filter((type) => !reached.has(type));
    for (const type of fresh) reached.add(type);
  }
  return [...reached];
}
