import { isExactNumber } from './exact-json.ts';

/**
 * JSON with the keys of every object in code-unit order and no white space: the same content gives the same text, whatever order
 * it was written in. Numbers keep their spelling, so 1.10 and 1.1 differ, as FHIR's decimal says.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
