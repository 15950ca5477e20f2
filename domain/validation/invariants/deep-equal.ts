/** True where two JSON values are the same, whatever the order of their properties. */
export function deepEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((item, at) => deepEqual(item, other[at]));
  if (Array.isArray(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every(
    (name) => Object.hasOwn(other, name) && deepEqual(Reflect.get(one, name), Reflect.get(other, name)),
  );
}

/** True where two primitives of different types are written the same: `1` and `'1'`. */
export function sameText(one: unknown, other: unknown): boolean {
  return isPrimitive(one) && isPrimitive(other) && String(one) === String(other);
}

function isPrimitive(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Equality of collections (N1, 6.1.1): nothing where one is empty. */
export function listsEqual(one: readonly unknown[], other: readonly unknown[]): boolean | undefined {
  if (one.length === 0 || other.length === 0) return undefined;
  return one.length === other.length && one.every((item, at) => deepEqual(item, other[at]));
}

/** Equivalence of collections (N1, 6.1.2): in any order, texts without regard to case and blanks. */
export function equivalent(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  const rest = other.map(plain);
  return one.map(plain).every((item) => {
    const at = rest.findIndex((candidate) => deepEqual(item, candidate));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function plain(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().replaceAll(/\s+/g, ' ').toLowerCase() : value;
}
