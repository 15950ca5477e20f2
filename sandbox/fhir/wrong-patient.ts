import type { TokenHolder } from '../tokens.ts';
import type { JsonObject } from './required-elements.ts';

interface HumanName {
  readonly family?: unknown;
  readonly given?: readonly unknown[];
}

/** Whether a Patient differs from the member that the token is for: birth date, family name or every given name. */
export function isWrongPatient(resource: JsonObject, holder: TokenHolder): boolean {
  if (resource['resourceType'] !== 'Patient') return false;
  if (resource['birthDate'] !== holder.birthDate) return true;
  const names = Array.isArray(resource['name']) ? (resource['name'] as readonly HumanName[]) : [];
  const expected = ` ${simplified(holder.name)} `;
  const has = (part: unknown): boolean => typeof part === 'string' && expected.includes(` ${simplified(part)} `);
  return !names.some(({ family, given }) => has(family) && (given ?? []).some(has));
}

function simplified(name: string): string {
  const letters = name.normalize('NFD').replace(/\p{Mark}/gu, '');
  return letters
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}
