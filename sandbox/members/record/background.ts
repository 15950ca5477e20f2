import { type Code, SYSTEMS, concept, hl7Concept } from './data-types.ts';
import type { RecordContext, RecordedResource } from './record-context.ts';
import { sharedResources } from './shared.ts';

const CONDITIONS: readonly Code[] = [
  { code: '59621000', display: 'Essential hypertension' },
  { code: '44054006', display: 'Diabetes mellitus type 2' },
  { code: '195967001', display: 'Asthma' },
  { code: '55822004', display: 'Hyperlipidemia' },
];
const MEDICATIONS: readonly Code[] = [
  { code: '314076', display: 'lisinopril 10 MG Oral Tablet' },
  { code: '860975', display: 'metformin hydrochloride 500 MG Oral Tablet' },
  { code: '617312', display: 'atorvastatin 20 MG Oral Tablet' },
];
const COMPOUND: Code = { code: '308136', display: 'amlodipine 2.5 MG Oral Tablet' };
const VACCINES: readonly Code[] = [
  { code: '140', display: 'Influenza, seasonal, injectable, preservative free' },
  { code: '115', display: 'Tdap' },
  { code: '33', display: 'Pneumococcal polysaccharide PPV23' },
  { code: '43', display: 'Hepatitis B, adult' },
];
const PROCEDURES: readonly Code[] = [
  { code: '73761001', display: 'Colonoscopy' },
  { code: '430193006', display: 'Medication reconciliation' },
];
const ALLERGIES: readonly Code[] = [
  { code: '91936005', display: 'Allergy to penicillin' },
  { code: '91935009', display: 'Allergy to peanut' },
];

/** What does not belong to one visit: problems, medicines, vaccines, plans and the people and places behind them. */
export function backgroundResources(context: RecordContext): RecordedResource[] {
  return [
    ...sharedResources(context),
    ...CONDITIONS.map((code, index) => condition(context, index + 1, code)),
    ...MEDICATIONS.map((code, index) => medicationRequest(context, index + 1, code)),
    context.own('Medication', 1, { code: concept(SYSTEMS.rxnorm, COMPOUND), status: 'active' }, 'us-core-medication'),
    medicationRequest(context, MEDICATIONS.length + 1, undefined),
    ...VACCINES.map((code, index) => immunization(context, index + 1, code)),
    ...PROCEDURES.map((code, index) => procedure(context, index + 1, code)),
    allergyIntolerance(context),
    careTeam(context),
    goal(context),
    carePlan(context),
  ];
}

function condition(context: RecordContext, number: number, code: Code): RecordedResource {
  const elements = {
    clinicalStatus: hl7Concept('condition-clinical', 'active'),
    verificationStatus: hl7Concept('condition-ver-status', 'confirmed'),
    category: [hl7Concept('condition-category', 'problem-list-item')],
    code: concept(SYSTEMS.snomed, code),
    subject: context.reference('Patient'),
    onsetDateTime: context.visitDay(number + 8),
    recordedDate: context.visitDay(number + 8),
  };
  return context.own('Condition', number, elements, 'us-core-condition-problems-health-concerns');
}

/** Where no code is given, the medicine stands in a Medication resource of its own. */
function medicationRequest(context: RecordContext, number: number, code: Code | undefined): RecordedResource {
  const elements = {
    status: 'active',
    intent: 'order',
    ...(code === undefined
      ? { medicationReference: context.reference('Medication') }
      : { medicationCodeableConcept: concept(SYSTEMS.rxnorm, code) }),
    subject: context.reference('Patient'),
    encounter: context.reference('Encounter', 1),
    authoredOn: context.visitDay(0),
    requester: context.shared('Practitioner'),
    dosageInstruction: [{ text: 'Take one tablet daily' }],
  };
  return context.own('MedicationRequest', number, elements, 'us-core-medicationrequest');
}

function immunization(context: RecordContext, number: number, code: Code): RecordedResource {
  const elements = {
    status: 'completed',
    vaccineCode: concept(SYSTEMS.cvx, code),
    patient: context.reference('Patient'),
    occurrenceDateTime: context.visitDay(number + 2),
    primarySource: true,
    location: context.shared('Location'),
  };
  return context.own('Immunization', number, elements, 'us-core-immunization');
}

function procedure(context: RecordContext, number: number, code: Code): RecordedResource {
  const elements = {
    status: 'completed',
    code: concept(SYSTEMS.snomed, code),
    subject: context.reference('Patient'),
    encounter: context.reference('Encounter', 2),
    performedDateTime: context.visitDay(1),
  };
  return context.own('Procedure', number, elements, 'us-core-procedure');
}

function allergyIntolerance(context: RecordContext): RecordedResource {
  const elements = {
    clinicalStatus: hl7Concept('allergyintolerance-clinical', 'active'),
    verificationStatus: hl7Concept('allergyintolerance-verification', 'confirmed'),
    code: concept(SYSTEMS.snomed, context.choose('allergy', ALLERGIES)),
    patient: context.reference('Patient'),
  };
  return context.own('AllergyIntolerance', 1, elements, 'us-core-allergyintolerance');
}

function careTeam(context: RecordContext): RecordedResource {
  const role = concept(SYSTEMS.snomed, { code: '17561000', display: 'Cardiologist' });
  const elements = {
    status: 'active',
    name: 'Primary care team',
    subject: context.reference('Patient'),
    participant: [{ role: [role], member: context.shared('Practitioner') }],
    managingOrganization: [context.shared('Organization')],
  };
  return context.own('CareTeam', 1, elements, 'us-core-careteam');
}

function goal(context: RecordContext): RecordedResource {
  const elements = {
    lifecycleStatus: 'active',
    description: { text: 'Blood pressure below 130/80 mmHg' },
    subject: context.reference('Patient'),
    target: [{ dueDate: '2027-03-31' }],
  };
  return context.own('Goal', 1, elements, 'us-core-goal');
}

function carePlan(context: RecordContext): RecordedResource {
  const category = { system: 'http://hl7.org/fhir/us/core/CodeSystem/careplan-category', code: 'assess-plan' };
  const elements = {
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Diet and exercise</div>' },
    status: 'active',
    intent: 'plan',
    category: [{ coding: [category] }],
    subject: context.reference('Patient'),
    careTeam: [context.reference('CareTeam')],
    addresses: [context.reference('Condition', 1)],
    goal: [context.reference('Goal')],
  };
  return context.own('CarePlan', 1, elements, 'us-core-careplan');
}
