import { type Code, SYSTEMS, concept, hl7Concept, quantity } from './data-types.ts';
import type { RecordContext, RecordedResource } from './record-context.ts';

interface Measurement extends Code {
  readonly unit: string;
  readonly values: readonly string[];
  readonly profile: string;
}

const VITAL_SIGNS: readonly Measurement[] = [
  { code: '29463-7', display: 'Body weight', unit: 'kg', values: ['71.0', '64.50', '80.25'], profile: 'body-weight' },
  { code: '8302-2', display: 'Body height', unit: 'cm', values: ['170.0', '158', '181.5'], profile: 'body-height' },
  { code: '8867-4', display: 'Heart rate', unit: '/min', values: ['62', '71', '80'], profile: 'heart-rate' },
];
const LABORATORY: readonly Omit<Measurement, 'profile'>[] = [
  { code: '2160-0', display: 'Creatinine [Mass/volume] in Serum', unit: 'mg/dL', values: ['1.10', '0.90', '1.00'] },
  { code: '4548-4', display: 'Hemoglobin A1c in Blood', unit: '%', values: ['5.60', '6.10', '7.0'] },
  { code: '2093-3', display: 'Cholesterol in Serum', unit: 'mg/dL', values: ['180', '201.50', '165.0'] },
];

/** One visit: the encounter, what was measured, the laboratory report and the note. */
export function visitResources(context: RecordContext, visit: number): RecordedResource[] {
  return [
    encounter(context, visit),
    ...VITAL_SIGNS.map((measurement, index) => vitalSign(context, visit, index, measurement)),
    ...LABORATORY.map((measurement, index) => laboratoryResult(context, visit, index, measurement)),
    diagnosticReport(context, visit),
    documentReference(context, visit),
  ];
}

const observationNumber = (visit: number, index: number): number => visit * 6 + index + 1;

function encounter(context: RecordContext, visit: number): RecordedResource {
  const day = context.visitDay(visit);
  const elements = {
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    type: [concept(SYSTEMS.snomed, { code: '185349003', display: 'Encounter for check up' })],
    subject: context.reference('Patient'),
    participant: [{ individual: context.shared('Practitioner') }],
    period: { start: `${day}T09:00:00-05:00`, end: `${day}T09:30:00-05:00` },
    location: [{ location: context.shared('Location') }],
    serviceProvider: context.shared('Organization'),
  };
  return context.own('Encounter', visit + 1, elements, 'us-core-encounter');
}

function vitalSign(context: RecordContext, visit: number, index: number, measurement: Measurement): RecordedResource {
  const elements = observation(context, visit, 'vital-signs', measurement);
  return context.own('Observation', observationNumber(visit, index), elements, `us-core-${measurement.profile}`);
}

function laboratoryResult(
  context: RecordContext,
  visit: number,
  index: number,
  measurement: Omit<Measurement, 'profile'>,
): RecordedResource {
  const elements = observation(context, visit, 'laboratory', measurement);
  const number = observationNumber(visit, VITAL_SIGNS.length + index);
  return context.own('Observation', number, elements, 'us-core-observation-lab');
}

function observation(
  context: RecordContext,
  visit: number,
  category: string,
  measurement: Omit<Measurement, 'profile'>,
): Record<string, unknown> {
  const value = context.choose(`${measurement.code} ${visit}`, measurement.values);
  return {
    status: 'final',
    category: [hl7Concept('observation-category', category)],
    code: concept(SYSTEMS.loinc, measurement),
    subject: context.reference('Patient'),
    encounter: context.reference('Encounter', visit + 1),
    effectiveDateTime: `${context.visitDay(visit)}T09:10:00-05:00`,
    valueQuantity: quantity(value, measurement.unit),
  };
}

function diagnosticReport(context: RecordContext, visit: number): RecordedResource {
  const results = LABORATORY.map((_, index) => observationNumber(visit, VITAL_SIGNS.length + index));
  const elements = {
    status: 'final',
    category: [hl7Concept('v2-0074', 'LAB')],
    code: concept(SYSTEMS.loinc, { code: '24323-8', display: 'Comprehensive metabolic panel' }),
    subject: context.reference('Patient'),
    encounter: context.reference('Encounter', visit + 1),
    effectiveDateTime: `${context.visitDay(visit)}T09:10:00-05:00`,
    issued: `${context.visitDay(visit)}T15:00:00.000-05:00`,
    performer: [context.shared('Organization')],
    result: results.map((number) => context.reference('Observation', number)),
  };
  return context.own('DiagnosticReport', visit + 1, elements, 'us-core-diagnosticreport-lab');
}

function documentReference(context: RecordContext, visit: number): RecordedResource {
  const note = `Visit of ${context.visitDay(visit)}: check up, no new complaints.`;
  const category = 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category';
  const elements = {
    status: 'current',
    type: concept(SYSTEMS.loinc, { code: '11506-3', display: 'Progress note' }),
    category: [{ coding: [{ system: category, code: 'clinical-note' }] }],
    subject: context.reference('Patient'),
    date: `${context.visitDay(visit)}T16:00:00.000-05:00`,
    author: [context.shared('Practitioner')],
    content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(note).toString('base64') } }],
    context: { encounter: [context.reference('Encounter', visit + 1)] },
  };
  return context.own('DocumentReference', visit + 1, elements, 'us-core-documentreference');
}
