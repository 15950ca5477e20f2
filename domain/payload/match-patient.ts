import type { FhirResource } from '../../schemas/fhir.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import { foldName } from '../roster/fold-name.ts';
import { sameGivenName } from '../roster/same-given-name.ts';

export type PatientMatch =
  | { readonly kind: 'same'; readonly givenNameDiffers: boolean }
  | { readonly kind: 'other'; readonly differs: 'birth date' | 'family name' };

/**
 * Whether a Patient is the member of the roster row: birth date and a family name must be equal, case, accents, hyphens and
 * suffixes aside. Given names are written in too many ways to stop for.
 */
export function matchPatient(
  record: Pick<MemberRecord, 'family' | 'given' | 'birthDate'>,
  patient: FhirResource,
): PatientMatch {
  if (patient['birthDate'] !== record.birthDate) return { kind: 'other', differs: 'birth date' };
  const names = listOf(patient['name']).filter(isObject);
  const family = foldName(record.family);
  const families = names.map(({ family: text }) => text).filter(isText);
  if (family === '' || !families.some((text) => foldName(text) === family))
    return { kind: 'other', differs: 'family name' };

  const given = names.map(({ given: texts }) => listOf(texts).filter(isText).join(' '));
  return { kind: 'same', givenNameDiffers: !given.some((text) => sameGivenName(record.given, text)) };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
