/**
 * Properties in a parsed JSON value, at all levels; NaN where objects and lists are nested in each other more than `levels` deep, so
 * that it never runs out of stack itself.
 */
export function countProperties(value: unknown, levels: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (levels === 0) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[])
      if (typeof item === 'object') count += countProperties(item, levels - 1);
    return count;
  }
  for (const name in value) {
    count += 1;
    const inner: unknown = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof inner === 'object') count += countProperties(inner, levels - 1);
  }
  return count;
}
