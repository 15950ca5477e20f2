import type { Expression } from './ast.ts';
import { Code } from './code.ts';
import { argument, type Call, type Context, inputOf, NotCompilable } from './context.ts';
import { type Flow, type Item, none, single, unknownType } from './flow.ts';
import { not } from './logic.ts';
import { collect, listFlow, onlyItems } from './loops.ts';
import { within } from './quantifiers.ts';
import { repeated } from './repeat.ts';

type CollectionFunction = (call: Call, context: Context, code: Code) => Flow;

/** Functions that give a collection. */
export const collectionFunctions: Readonly<Record<string, CollectionFunction>> = {
  where: (call, context, code) => {
    const criteria = argument(call);
    const input = inputOf(call, context, code);
    return {
      many: input.many,
      types: input.types,
      each: (inside, body) => {
        input.each(inside, (item, then) => {
          const holds = context.scope.truth(criteria, within(context, item)).isTrue(then);
          then.when(holds, (kept) => body(item, kept));
        });
      },
    };
  },
  select: (call, context, code) => selected(argument(call), inputOf(call, context, code), context),
  repeat: (call, context, code) => repeated(argument(call), inputOf(call, context, code), context),
  iif: (call, context, code) => {
    const focused = { ...context, focus: inputOf(call, context, code) };
    const condition = context.scope.truth(argument(call), focused);
    const branch = (at: number, piece: Code) => {
      const expression = call.args[at];
      return expression === undefined ? none : context.scope.flow(expression, focused, piece);
    };
    const shapes = [1, 2].map((at) => branch(at, code.piece()));
    return {
      many: shapes.some(({ many }) => many),
      types: [...new Set(shapes.flatMap(({ types }) => types))],
      each: (inside, body) => {
        const holds = inside.keep(condition.isTrue(inside));
        inside.when(holds, (yes) => branch(1, yes).each(yes, body));
        inside.when(not(holds), (no) => branch(2, no).each(no, body));
      },
    };
  },
  first: (call, context, code) => firstOf(inputOf(call, context, code)),
  single: (call, context, code) => single(...onlyItems(inputOf(call, context, code), code)),
  last: (call, context, code) => sliced(call, context, code, '.slice(-1)', false),
  tail: (call, context, code) => sliced(call, context, code, '.slice(1)', true),
  skip: (call, context, code) => sliced(call, context, code, `.slice(${numberOf(call, context, code)})`, true),
  take: (call, context, code) => sliced(call, context, code, `.slice(0,${numberOf(call, context, code)})`, true),
  distinct: (call, context, code) => combined('distinct', [inputOf(call, context, code)], context, code),
  union: (call, context, code) => combined('union', withArgument(call, context, code), context, code),
  intersect: (call, context, code) => combined('intersect', withArgument(call, context, code), context, code),
  exclude: (call, context, code) => combined('exclude', withArgument(call, context, code), context, code),
  combine: (call, context, code) => concatenated(withArgument(call, context, code)),
  children: (call, context, code) => nodes('childrenOf', inputOf(call, context, code), context),
  descendants: (call, context, code) => nodes('descendantsOf', inputOf(call, context, code), context),
  split: (call, context, code) => combined('split', withArgument(call, context, code), context, code),
};

/** `|`: the items of both, each once. */
export function union(left: Expression, right: Expression, context: Context, code: Code): Flow {
  const sides = [left, right].map((side) => context.scope.flow(side, context, code));
  return combined('union', sides, context, code);
}

/** `collection[n]`. */
export function indexed(of: Flow, at: Expression, context: Context, code: Code): Flow {
  if (at.kind === 'literal' && at.value === 0) return firstOf(of);
  const [index] = onlyItems(context.scope.flow(at, context, code), code);
  if (index === undefined) return none;
  return single({ value: code.keep(`${collect(of, code)}[${index.value}]`), types: of.types });
}

function withArgument(call: Call, context: Context, code: Code): readonly Flow[] {
  return [inputOf(call, context, code), context.scope.flow(argument(call), context, code)];
}

function numberOf(call: Call, context: Context, code: Code): string {
  const [item] = onlyItems(context.scope.flow(argument(call), context, code), code);
  if (item === undefined) throw new NotCompilable(`${call.name}() lacks a number`);
  return item.value;
}

function selected(projection: Expression, input: Flow, context: Context): Flow {
  const shape = shapeOf(projection, input, context);
  return {
    many: input.many || shape.many,
    types: shape.types,
    each: (code, body) => {
      input.each(code, (item, inside) => {
        context.scope.flow(projection, within(context, item), inside).each(inside, body);
      });
    },
  };
}

/** What a projection gives, found by compiling it once for an item of every type, into nothing. */
function shapeOf(projection: Expression, input: Flow, context: Context): Pick<Flow, 'many' | 'types'> {
  let many = false;
  const types = new Set<string>();
  for (const type of input.types) {
    const item: Item = { value: 'x', sibling: 'y', types: [type], present: true };
    const shape = context.scope.flow(projection, within(context, item), new Code());
    if (shape.many) many = true;
    for (const reached of shape.types) types.add(reached);
  }
  return { many, types: [...types] };
}

function firstOf(input: Flow): Flow {
  if (input.items !== undefined && !input.many) return input;
  if (input.array !== undefined) return single({ value: `${input.array}?.[0]`, types: input.types });
  return {
    many: false,
    types: input.types,
    each: (code, body) => {
      const [value, sibling] = [code.name('v'), code.name('s')];
      let besides = false;
      const loop = code.piece();
      const found = loop.search((look, yes) => {
        input.each(look, (item, inside) => {
          if (item.sibling !== undefined) besides = true;
          inside.write(
            `${value}=${item.value};${item.sibling === undefined ? '' : `${sibling}=${item.sibling};`}${yes}`,
          );
        });
      });
      code.write(`let ${value}${besides ? `,${sibling}` : ''};${loop.text}`);
      const item: Item = { value, types: input.types, present: true, ...(besides ? { sibling } : {}) };
      code.when(found, (then) => body(item, then));
    },
  };
}

function sliced(call: Call, context: Context, code: Code, part: string, many: boolean): Flow {
  const input = inputOf(call, context, code);
  return { ...listFlow(code.keep(`${collect(input, code)}${part}`), input.types), many };
}

function combined(name: string, flows: readonly Flow[], context: Context, code: Code): Flow {
  const lists = flows.map((flow) => collect(flow, code));
  const types = name === 'split' ? ['System.String'] : [...new Set(flows.flatMap((flow) => flow.types))];
  return listFlow(code.keep(`${context.scope.runtime(name)}(${lists.join(',')})`), types);
}

function concatenated(flows: readonly Flow[]): Flow {
  return {
    many: true,
    types: [...new Set(flows.flatMap(({ types }) => types))],
    each: (code, body) => {
      for (const flow of flows) flow.each(code, body);
    },
  };
}

function nodes(name: string, input: Flow, { scope }: Context): Flow {
  return {
    many: true,
    types: [unknownType],
    each: (code, body) => {
      input.each(code, (item, inside) => {
        const list = inside.keep(`${scope.runtime(name)}(${item.value})`);
        listFlow(list, [unknownType]).each(inside, body);
      });
    },
  };
}
