import type { FhirResource } from '../../schemas/fhir.ts';

/** `absent`: the Patient names no member id, so that there is nothing to compare. */
export type MemberIdMatch = 'same' | 'differs' | 'absent';

interface Identifier {
  readonly system?: unknown;
  readonly value?: unknown;
  readonly type?: { readonly coding?: unknown };
}

/**
 * Compares the previous member id of the roster with the identifiers of a Patient: with those of `system` where the profile
 * names it, else with those of the type `MB` (member number, HL7 v2-0203), and where there is none with those of no type. Case,
 * spaces and hyphens do not matter.
 */
export function matchMemberId(
  previousMemberId: string,
  patient: FhirResource,
  { system }: { readonly system?: string | undefined } = {},
): MemberIdMatch {
  const list: readonly unknown[] = Array.isArray(patient['identifier']) ? patient['identifier'] : [];
  const identifiers = list.filter(isObject) as readonly Identifier[];
  const wanted = folded(previousMemberId);
  const compare = (some: readonly Identifier[]): MemberIdMatch => {
    const values = some.flatMap(({ value }) => (typeof value === 'string' && folded(value) !== '' ? [value] : []));
    if (values.length === 0) return 'absent';
    return values.some((value) => folded(value) === wanted) ? 'same' : 'differs';
  };
  if (system !== undefined) return compare(identifiers.filter((identifier) => identifier.system === system));
  const ofMembers = compare(identifiers.filter((identifier) => codesOf(identifier).includes('MB')));
  if (ofMembers !== 'absent') return ofMembers;
  // Another number than the member's may stand there without a type: it can only speak for the member.
  const untyped = compare(identifiers.filter((identifier) => codesOf(identifier).length === 0));
  return untyped === 'same' ? 'same' : 'absent';
}

function codesOf({ type }: Identifier): readonly unknown[] {
  const codings: readonly unknown[] = Array.isArray(type?.coding) ? type.coding : [];
  return codings.filter(isObject).map(({ code }) => code);
}

function folded(id: string): string {
  return id.toLowerCase().replace(/[\s\p{Pd}]/gu, '');
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
