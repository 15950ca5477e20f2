/** Below, at or above 0 as the value is below, at or above the bound; 0 where they cannot be compared. */
export function compareValues(value: unknown, bound: unknown): number {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound;
  if (typeof value === 'string' && typeof bound === 'string') {
    const length = Math.min(value.length, bound.length);
    const [one, other] = [value.slice(0, length), bound.slice(0, length)];
    if (one === other) return 0;
    return one < other ? -1 : 1;
  }
  if (typeof value === 'object' && typeof bound === 'object' && value !== null && bound !== null) {
    const one = value as { readonly value?: unknown; readonly code?: unknown };
    const other = bound as { readonly value?: unknown; readonly code?: unknown };
    return one.code === other.code ? compareValues(one.value, other.value) : 0;
  }
  return 0;
}
