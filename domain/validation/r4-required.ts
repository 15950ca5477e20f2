/** A data type of FHIR R4, as far as we look into it. A list of codes is a code of that list (required binding). */
export type ElementType =
  | 'Reference'
  | 'CodeableConcept'
  | 'Coding'
  | 'BackboneElement'
  | 'date'
  | 'dateTime'
  | 'instant'
  | readonly string[];

export interface ElementRule {
  readonly type: ElementType;
  /** At least one is there (1..1 or 1..*). */
  readonly required?: true;
  /** A JSON array (0..* or 1..*). */
  readonly list?: true;
  /** A choice of types, such as `medication[x]`: one of these names is there. */
  readonly choice?: readonly string[];
}

export type ResourceRules = Readonly<Record<string, ElementRule>>;

const reference = { type: 'Reference' } as const;
const concept = { type: 'CodeableConcept' } as const;
const backbone = { type: 'BackboneElement' } as const;
const date = { type: 'date' } as const;
const dateTime = { type: 'dateTime' } as const;
const instant = { type: 'instant' } as const;
const codes = (text: string): ElementRule => ({ type: text.split(' ') });
const required = (rule: ElementRule): ElementRule => ({ ...rule, required: true });
const list = (rule: ElementRule): ElementRule => ({ ...rule, list: true });
const choice = (...names: string[]): ElementRule => ({ type: 'BackboneElement', choice: names, required: true });

const eventStatus = 'preparation in-progress not-done on-hold stopped completed entered-in-error unknown';
const requestStatus = 'draft active on-hold revoked completed entered-in-error unknown';
const requestIntent = 'proposal plan directive order original-order reflex-order filler-order instance-order option';

/** Elements that R4 (4.0.1) demands of the types that a counterpart may accept, and a few of the others that go wrong often. */
export const r4Required: Readonly<Record<string, ResourceRules>> = {
  AllergyIntolerance: {
    patient: required(reference),
    clinicalStatus: concept,
    verificationStatus: concept,
    code: concept,
    recordedDate: dateTime,
  },
  CarePlan: {
    status: required(codes(requestStatus)),
    intent: required(codes('proposal plan order option')),
    subject: required(reference),
    created: dateTime,
  },
  CareTeam: {
    status: codes('proposed active suspended inactive entered-in-error'),
    subject: reference,
    participant: list(backbone),
  },
  Condition: {
    subject: required(reference),
    clinicalStatus: concept,
    verificationStatus: concept,
    code: concept,
    category: list(concept),
    onsetDateTime: dateTime,
    abatementDateTime: dateTime,
    recordedDate: dateTime,
  },
  Coverage: {
    status: required(codes('active cancelled draft entered-in-error')),
    beneficiary: required(reference),
    payor: required(list(reference)),
  },
  Device: { status: codes('active inactive entered-in-error unknown'), patient: reference, type: concept },
  DiagnosticReport: {
    status: required(
      codes('registered partial preliminary final amended corrected appended cancelled entered-in-error unknown'),
    ),
    code: required(concept),
    category: list(concept),
    subject: reference,
    effectiveDateTime: dateTime,
    issued: instant,
    result: list(reference),
  },
  DocumentReference: {
    status: required(codes('current superseded entered-in-error')),
    content: required(list(backbone)),
    type: concept,
    subject: reference,
    date: instant,
  },
  Encounter: {
    status: required(codes('planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown')),
    class: required({ type: 'Coding' }),
    type: list(concept),
    subject: reference,
  },
  FamilyMemberHistory: {
    status: required(codes('partial completed entered-in-error health-unknown')),
    patient: required(reference),
    relationship: required(concept),
  },
  Goal: {
    lifecycleStatus: required(
      codes('proposed planned accepted active on-hold completed cancelled entered-in-error rejected'),
    ),
    description: required(concept),
    subject: required(reference),
    target: list(backbone),
  },
  ImagingStudy: {
    status: required(codes('registered available cancelled entered-in-error unknown')),
    subject: required(reference),
    started: dateTime,
  },
  Immunization: {
    status: required(codes('completed entered-in-error not-done')),
    vaccineCode: required(concept),
    patient: required(reference),
    occurrence: choice('occurrenceDateTime', 'occurrenceString'),
    occurrenceDateTime: dateTime,
  },
  Location: { status: codes('active suspended inactive') },
  Medication: { status: codes('active inactive entered-in-error'), code: concept },
  MedicationDispense: {
    status: required(
      codes('preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown'),
    ),
    medication: choice('medicationCodeableConcept', 'medicationReference'),
    subject: reference,
  },
  MedicationRequest: {
    status: required(codes('active on-hold cancelled completed entered-in-error stopped draft unknown')),
    intent: required(codes('proposal plan order original-order reflex-order filler-order instance-order option')),
    medication: choice('medicationCodeableConcept', 'medicationReference'),
    medicationCodeableConcept: concept,
    medicationReference: reference,
    subject: required(reference),
    authoredOn: dateTime,
  },
  Observation: {
    status: required(codes('registered preliminary final amended corrected cancelled entered-in-error unknown')),
    code: required(concept),
    category: list(concept),
    subject: reference,
    effectiveDateTime: dateTime,
    issued: instant,
    valueCodeableConcept: concept,
    component: list(backbone),
  },
  Organization: { type: list(concept) },
  Patient: {
    gender: codes('male female other unknown'),
    birthDate: date,
    name: list(backbone),
    identifier: list(backbone),
    address: list(backbone),
    telecom: list(backbone),
  },
  Practitioner: { name: list(backbone), identifier: list(backbone), birthDate: date },
  PractitionerRole: { practitioner: reference, organization: reference, code: list(concept) },
  Procedure: {
    status: required(codes(eventStatus)),
    subject: required(reference),
    code: concept,
    performedDateTime: dateTime,
  },
  QuestionnaireResponse: {
    status: required(codes('in-progress completed amended entered-in-error stopped')),
    subject: reference,
  },
  RelatedPerson: { patient: required(reference), relationship: list(concept), birthDate: date },
  ServiceRequest: {
    status: required(codes(requestStatus)),
    intent: required(codes(requestIntent)),
    subject: required(reference),
    code: concept,
  },
  Specimen: { status: codes('available unavailable unsatisfactory entered-in-error'), subject: reference },
};
