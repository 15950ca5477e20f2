import { deepEqual } from './deep-equal.ts';
import { ItemSet } from './item-set.ts';

/** A JSON value as a list: an array is one, anything else is its only item. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** True where no two items are equal. Linear for primitives. */
export function isDistinct(list: readonly unknown[]): boolean {
  return distinct(list).length === list.length;
}

export function distinct(list: readonly unknown[]): unknown[] {
  const seen = new ItemSet();
  return list.filter((item) => seen.add(item));
}

export function union(one: readonly unknown[], other: readonly unknown[]): unknown[] {
  return distinct([...one, ...other]);
}

export function intersect(one: readonly unknown[], other: readonly unknown[]): unknown[] {
  const wanted = new ItemSet(other);
  return distinct(one.filter((item) => wanted.has(item)));
}

/** True where the two have an item in common: `intersect(…).exists()`. */
export function intersects(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length * other.length > 64) {
    const wanted = new ItemSet(other);
    return one.some((item) => wanted.has(item));
  }
  for (const item of one) for (const candidate of other) if (deepEqual(item, candidate)) return true;
  return false;
}

export function exclude(one: readonly unknown[], other: readonly unknown[]): unknown[] {
  const unwanted = new ItemSet(other);
  return one.filter((item) => !unwanted.has(item));
}

/** True where every item of the first is in the second. */
export function isSubset(one: readonly unknown[], other: readonly unknown[]): boolean {
  const allowed = new ItemSet(other);
  return one.every((item) => allowed.has(item));
}
