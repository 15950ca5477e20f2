import type { FhirResource } from '../../schemas/fhir.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import type { DistinctResource } from './distinct-resources.ts';
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

  const foreign = distinct.filter(({ resource }) => belongsToAnother(resource, patient, resolve));
  if (foreign.length > 0) return otherPatient(`About another patient: ${countByType(foreign)}.`);
  return match;
}

function belongsToAnother(resource: FhirResource, patient: DistinctResource, resolve: ResolveReference): boolean {
  return ownerElements.some((element) => {
    const owner = resource[element];
    if (typeof owner !== 'object' || owner === null || !('reference' in owner)) return false;
    if (typeof owner.reference !== 'string') return false;
    const target = resolve(owner.reference);
    switch (target.kind) {
      case 'inside':
        return target.target.resource.resourceType === 'Patient' && target.target !== patient;
      case 'contained':
        break;
      case 'search':
      case 'missing':
        return target.resourceType === 'Patient';
      // Whom it names cannot be known, and a subject is nearly always a patient.
      case 'elsewhere':
        return target.resourceType === undefined || target.resourceType === 'Patient';
    }
    return false;
  });
}

function countByType(resources: readonly DistinctResource[]): string {
  const counts = Map.groupBy(resources, ({ resource }) => resource.resourceType);
  return [...counts].map(([type, list]) => `${list.length} ${type}`).join(', ');
}

function otherPatient(detail: string): PatientCheck {
  return { kind: 'refused', code: 'SOURCE_OTHER_PATIENT', detail };
}
