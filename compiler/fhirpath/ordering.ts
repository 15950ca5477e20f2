import type { Expression } from './ast.ts';
import { type Category, categoryOf, commonCategory } from './categories.ts';
import type { Context, Scope, Truth } from './context.ts';
import type { Item } from './flow.ts';
import { and, or } from './logic.ts';
import { onlyItems } from './loops.ts';
import { answered } from './truth.ts';

/** `<`, `<=`, `>`, `>=` (N1, 6.2): empty where a side is empty, or where the precision of dates leaves the answer open. */
export function ordering(operator: string, left: Expression, right: Expression, context: Context): Truth {
  const { scope } = context;
  return answered((code) => {
    const [lefts, rights] = [left, right].map((side) =>
      onlyItems(scope.flow(side, context, code), code).map((item) => ({ ...item, value: code.keep(item.value) })),
    ) as [Item[], Item[]];
    const compared = (sign: string) =>
      or(...lefts.flatMap((one) => rights.map((other) => ordered(scope, one, other, sign))));
    return { yes: compared(operator), no: compared(opposites[operator] ?? '') };
  });
}

const opposites: Readonly<Record<string, string>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** A literal, or a count: always of its kind, whatever the JSON. */
function isConstant(item: Item | undefined): boolean {
  return item?.present === true && item.types.every((type) => type.startsWith('System.'));
}

const orderings: Readonly<Partial<Record<Category, string>>> = {
  date: 'compareDates',
  time: 'compareTimes',
  quantity: 'compareQuantities',
};

function ordered(scope: Scope, left: Item, right: Item, sign: string): string {
  const category = commonCategory(scope.model, [...left.types, ...right.types]);
  const [one, other] = [left.value, right.value];
  if (category === 'number' || category === 'text') {
    // Nothing is neither below nor above anything; JavaScript would take it for 0.
    const kind = category === 'number' ? 'number' : 'string';
    const kinds = [one, other].map((value) => `typeof ${value}==='${kind}'`);
    return and(...kinds.filter((_, at) => !isConstant([left, right][at])), `${one}${sign}${other}`);
  }
  const literal = [...left.types, ...right.types].includes('System.Quantity');
  const compare = literal ? 'compareMeasures' : orderings[category];
  if (compare !== undefined) return `${scope.runtime(compare)}(${one},${other})${sign}0`;
  const unknown = [...left.types, ...right.types].some((type) => categoryOf(scope.model, type) === 'unknown');
  // Values of types that have no order: the reference validator throws, and the rule fails.
  return unknown ? `${scope.runtime('compareUnknown')}(${one},${other})${sign}0` : 'false';
}
