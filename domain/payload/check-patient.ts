import type { FhirResource } from '../../schemas/fhir.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import type { DistinctResource } from './distinct-resources.ts';
import { identifiersOf, identifierText } from './identifiers-of.ts';
import { matchPatient } from './match-patient.ts';
import type { ResolveReference } from './reference-index.ts';

export type PatientCheck =
  | { readonly kind: 'same'; readonly givenNameDiffers: boolean }
  | {
      readonly kind: 'refused';
      readonly code: 'SOURCE_NO_PATIENT' | 'SOURCE_OTHER_PATIENT';
      readonly detail: string;
    };

/** The elements that say whose a resource is. */
const ownerElements = ['patient', 'subject', 'beneficiary'] as const;

/** A hard stop unless the record holds exactly one Patient, that one is the member, and nothing in it is about anybody else. */
export function checkPatient(
  record: MemberRecord,
  distinct: readonly DistinctResource[],
  resolve: ResolveReference,
): PatientCheck {
  const [patient, second] = distinct.filter(({ resource }) => resource.resourceType === 'Patient');
  if (patient === undefined) return { kind: 'refused', code: 'SOURCE_NO_PATIENT', detail: '' };
  if (second !== undefined) return otherPatient('The record holds more than one Patient.');

  const match = matchPatient(record, patient.resource);
  if (match.kind === 'other') return otherPatient(`The ${match.differs} of the Patient is another one.`);

  const foreign = distinct.filter(({ resource }) => belongsToAnother(resource, patient, resolve, record));
  if (foreign.length > 0) return otherPatient(`About another patient: ${countByType(foreign)}.`);
  return match;
}

/** What an owner element says of whom the resource is about, where it says it without a literal reference. */
interface Owner {
  readonly reference?: unknown;
  readonly identifier?: unknown;
  readonly type?: unknown;
}

function belongsToAnother(
  resource: FhirResource,
  patient: DistinctResource,
  resolve: ResolveReference,
  record: MemberRecord,
): boolean {
  return ownerElements.some((element) => {
    const owner = resource[element];
    if (typeof owner !== 'object' || owner === null) return false;
    const { reference } = owner as Owner;
    if (typeof reference !== 'string') return isIdentifiedAsAnother(owner, patient.resource, record);
    const target = resolve(reference);
    switch (target.kind) {
      case 'inside':
        return target.target.resource.resourceType === 'Patient' && target.target !== patient;
      case 'contained':
        return isContainedAnother(resource, reference, record);
      case 'search':
      case 'missing':
        return target.resourceType === 'Patient';
      // Whom it names cannot be known, and a subject is nearly always a patient.
      case 'elsewhere':
        return target.resourceType === undefined || target.resourceType === 'Patient';
    }
  });
}

/** An identifier alone (FHIR R4, references.html#logical) must be one of the member's: whose another one is cannot be known. Without a system it says nothing. */
function isIdentifiedAsAnother({ identifier, type }: Owner, patient: FhirResource, record: MemberRecord): boolean {
  const text = identifierText(identifier);
  if (text === undefined || text.startsWith('|') || (typeof type === 'string' && type !== 'Patient')) return false;
  return !identifiersOf(patient).includes(text) && !text.endsWith(`|${record.previousMemberId}`);
}

/** A contained Patient that says who it is has to say that it is the member. */
function isContainedAnother({ contained }: FhirResource, reference: string, record: MemberRecord): boolean {
  const list = Array.isArray(contained) ? (contained as readonly FhirResource[]) : [];
  const owner = list.find(({ id }) => `#${id}` === reference);
  if (owner?.resourceType !== 'Patient' || owner['birthDate'] === undefined) return false;
  return owner['birthDate'] !== record.birthDate;
}

function countByType(resources: readonly DistinctResource[]): string {
  const counts = Map.groupBy(resources, ({ resource }) => resource.resourceType);
  return [...counts].map(([type, list]) => `${list.length} ${type}`).join(', ');
}

function otherPatient(detail: string): PatientCheck {
  return { kind: 'refused', code: 'SOURCE_OTHER_PATIENT', detail };
}
