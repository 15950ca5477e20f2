/** A resource as JSON.parse gives it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * "Validation on POST is base R4 only (valid JSON, types, required fields), not US Core" (domain.md 1.2).
 * A name that ends in `[x]` stands for every element that starts with it.
 */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ['patient'],
  CarePlan: ['status', 'intent', 'subject'],
  Claim: ['status', 'type', 'use', 'patient', 'created', 'provider', 'priority', 'insurance'],
  Condition: ['subject'],
  Coverage: ['status', 'beneficiary', 'payor'],
  DiagnosticReport: ['status', 'code'],
  DocumentReference: ['status', 'content'],
  Encounter: ['status', 'class'],
  Goal: ['lifecycleStatus', 'description', 'subject'],
  ImagingStudy: ['status', 'subject'],
  Immunization: ['status', 'vaccineCode', 'patient', 'occurrence[x]'],
  MedicationAdministration: ['status', 'medication[x]', 'subject', 'effective[x]'],
  MedicationDispense: ['status', 'medication[x]'],
  MedicationRequest: ['status', 'intent', 'medication[x]', 'subject'],
  Observation: ['status', 'code'],
  Procedure: ['status', 'subject'],
  QuestionnaireResponse: ['status'],
  RelatedPerson: ['patient'],
  ServiceRequest: ['status', 'intent', 'subject'],
};

/** Elements that base R4 requires of this type and that the resource lacks. */
export function missingElements(resource: JsonObject): string[] {
  const required = REQUIRED[String(resource['resourceType'])] ?? [];
  return required.filter((element) => !isPresent(resource, element));
}

function isPresent(resource: JsonObject, element: string): boolean {
  if (!element.endsWith('[x]')) return resource[element] !== undefined && resource[element] !== null;
  const stem = element.slice(0, -3);
  return Object.keys(resource).some((name) => name.startsWith(stem));
}
