/** A number below, at or above 0; nothing where the two cannot be compared. */
type Order = number | undefined;

/**
 * Orders two quantities whose units are written the same. The reference validator looks at nothing else: `mg` and `milligram` of the same
 * code have no order, and a rule that compares them fails. Units are not converted.
 */
export function compareQuantities(one: unknown, other: unknown): Order {
  const [left, right] = [partsOf(one), partsOf(other)];
  return left?.unit === right?.unit ? difference(left, right) : undefined;
}

/** Orders two quantities of the same unit, by its code or its text; for a literal such as `5 'mg'`. */
export function compareMeasures(one: unknown, other: unknown): Order {
  const [left, right] = [partsOf(one), partsOf(other)];
  const same = left?.code !== undefined && left.code === right?.code;
  return same || left?.unit === right?.unit ? difference(left, right) : undefined;
}

/** Equality of quantities: nothing where they cannot be compared. */
export function quantitiesEqual(one: unknown, other: unknown): boolean | undefined {
  const order = compareMeasures(one, other);
  return order === undefined ? undefined : order === 0;
}

function difference(left: Parts | undefined, right: Parts | undefined): Order {
  const [one, other] = [left?.value, right?.value];
  return typeof one === 'number' && typeof other === 'number' ? one - other : undefined;
}

interface Parts {
  readonly value?: unknown;
  readonly unit?: unknown;
  readonly code?: unknown;
}

function partsOf(quantity: unknown): Parts | undefined {
  if (typeof quantity === 'number') return { value: quantity, code: '1' };
  return typeof quantity === 'object' && quantity !== null ? quantity : undefined;
}

/** Orders two values whose types are known only at run time: numbers, and texts. */
export function compareUnknown(one: unknown, other: unknown): Order {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one !== 'string' || typeof other !== 'string') return compareMeasures(one, other);
  return one < other ? -1 : one > other ? 1 : 0;
}
