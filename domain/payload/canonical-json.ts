import { isExactNumber } from './exact-json.ts';

/**
 * JSON with the keys of every object in code-unit order and no white space: the same content gives the same text, whatever order
 * it was written in. Numbers keep their spelling, so 1.10 and 1.1 differ, as FHIR's decimal says. For strings and integers, which is
 * all that events hold, it is RFC 8785.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (isExactNumber(value)) return JSON.stringify(value);
  let members = '';
  for (const key of Object.keys(value).toSorted()) {
    const member: unknown = value[key as keyof typeof value];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
