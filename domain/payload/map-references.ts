import { isExactNumber } from './exact-json.ts';

/**
 * A copy in which every literal reference went through `map`: `Reference.reference` and `Attachment.url`, at any depth and in
 * contained resources. Everything else, the order of keys and the spelling of numbers stay.
 */
export function mapReferences<T>(value: T, map: (reference: string, key: 'reference' | 'url') => string): T {
  return mapped(value, map) as T;
}

function mapped(value: unknown, map: (reference: string, key: 'reference' | 'url') => string): unknown {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => mapped(item, map));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      (key === 'reference' || key === 'url') && typeof member === 'string' ? map(member, key) : mapped(member, map),
    ]),
  );
}
