/** The slices of FHIR R4 that we touch; everything else passes through untouched. */
export interface FhirResource {
  readonly resourceType: string;
  readonly id?: string;
  readonly meta?: { readonly profile?: readonly string[]; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface OperationOutcomeIssue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  /** FHIR IssueType code. */
  readonly code: string;
  readonly diagnostics?: string;
  /** FHIRPath of the element. */
  readonly expression?: readonly string[];
}

/** The clinical types of US Core that the receive side asks for (seed: "Subset of Clinical Resources"), in reading order. */
export const usCoreClinicalTypes = [
  'AllergyIntolerance',
  'CarePlan',
  'CareTeam',
  'Condition',
  'Device',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'Goal',
  'Immunization',
  'MedicationRequest',
  'Observation',
  'Procedure',
] as const;

/** Types behind the clinical ones: sent with a record, fetched by reference when received. */
export const supportingTypes = [
  'Patient',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'Medication',
  'RelatedPerson',
] as const;

/** "These non-clinical resources are not shared" (seed). */
export const nonClinicalTypes = ['ExplanationOfBenefit', 'Coverage', 'Claim', 'ClaimResponse'] as const;
