import type { Code } from './code.ts';
import { argument, type Call, type Context, inputOf, type Truth } from './context.ts';
import { type Flow, type Item, presence, single } from './flow.ts';
import { both, not, or } from './logic.ts';
import { collect } from './loops.ts';
import { definite } from './truth.ts';

/** The context inside `where(…)`, `exists(…)` and the like, for one item. */
export function within(context: Context, item: Item): Context {
  return { ...context, focus: single(item) };
}

/** Functions that ask something about all items of a collection; each has an answer for the empty one. */
export const quantifiers: Readonly<Record<string, (call: Call, context: Context) => Truth>> = {
  exists: (call, context) =>
    definite((code) => {
      const [criteria] = call.args;
      const { of } = call;
      if (criteria === undefined && of?.kind === 'call' && of.name === 'intersect')
        return overlap({ of: of.of, name: of.name, args: of.args }, context, code);
      const flow = inputOf(call, context, code);
      if (criteria === undefined) return exists(flow, code);
      return some(flow, code, (item, inside) => context.scope.truth(criteria, within(context, item)).isTrue(inside));
    }),
  all: (call, context) =>
    definite((code) => {
      const criteria = argument(call);
      const fails = (item: Item, inside: Code) =>
        not(context.scope.truth(criteria, within(context, item)).isTrue(inside));
      return not(some(inputOf(call, context, code), code, fails));
    }),
  allTrue: (call, context) => definite((code) => not(some(inputOf(call, context, code), code, isNot('true')))),
  allFalse: (call, context) => definite((code) => not(some(inputOf(call, context, code), code, isNot('false')))),
  anyTrue: (call, context) => definite((code) => not(none(call, context, code, 'true'))),
  anyFalse: (call, context) => definite((code) => not(none(call, context, code, 'false'))),
  isDistinct: (call, context) =>
    definite((code) => {
      const flow = inputOf(call, context, code);
      return flow.many ? `${context.scope.runtime('isDistinct')}(${collect(flow, code)})` : 'true';
    }),
  subsetOf: (call, context) => definite((code) => subset(context, code, inputOf(call, context, code), call, false)),
  supersetOf: (call, context) => definite((code) => subset(context, code, inputOf(call, context, code), call, true)),
};

function isNot(value: string): (item: Item) => string {
  return (item) => `${item.value}!==${value}`;
}

function none(call: Call, context: Context, code: Code, value: string): string {
  return not(some(inputOf(call, context, code), code, (item) => `${item.value}===${value}`));
}

function subset(context: Context, code: Code, input: Flow, call: Call, turned: boolean): string {
  const other = context.scope.flow(argument(call), context, code);
  const lists = [collect(input, code), collect(other, code)];
  return `${context.scope.runtime('isSubset')}(${(turned ? lists.toReversed() : lists).join(',')})`;
}

/** `a.intersect(b).exists()`: no list is made of what the two have in common. */
function overlap(call: Call, context: Context, code: Code): string {
  const lists = [inputOf(call, context, code), context.scope.flow(argument(call), context, code)];
  return `${context.scope.runtime('intersects')}(${lists.map((list) => collect(list, code)).join(',')})`;
}

/** Condition that the collection has an item. */
function exists(flow: Flow, code: Code): string {
  if (flow.array !== undefined) return `${flow.array}?.length>0`;
  if (flow.items !== undefined) return or(...flow.items.map(presence));
  return code.search((look, found) => {
    flow.each(look, (_, inside) => inside.write(found));
  });
}

/** Condition that one of the items meets a condition. */
function some(flow: Flow, code: Code, condition: (item: Item, code: Code) => string): string {
  const { items } = flow;
  if (items !== undefined)
    return or(
      ...items.map((item) =>
        both(
          code,
          () => presence(item),
          (inside) => condition({ ...item, present: true }, inside),
        ),
      ),
    );
  return code.search((look, found) => {
    flow.each(look, (item, inside) => inside.when(condition(item, inside), (then) => then.write(found)));
  });
}
