import { describe, expect, test } from 'vitest';

import { loadValidator } from '../../../adapters/validation/load-validator.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';

const latest = await loadValidator({ usCoreVersion: '6.1.0', profiles: 'claimed' });
const earlier = await loadValidator({ usCoreVersion: '3.1.1', profiles: 'claimed' });

const observation = (more: object): FhirResource => ({
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  code: { text: 'a test' },
  ...more,
});
const encounter = (coding: object): FhirResource => ({
  resourceType: 'Encounter',
  id: 'e',
  status: 'finished',
  class: coding,
});
const patient = (start: string, end: string): FhirResource => ({
  resourceType: 'Patient',
  id: 'p',
  address: [{ text: 'x', period: { start, end } }],
});
const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const tag = (coding: object) => observation({ meta: { tag: [coding] } });
const subject = (reference: string) => observation({ subject: { reference } });
const quantity = (more: object) => observation({ valueQuantity: { value: 1, ...more } });
const photo = (data: string): FhirResource => ({
  resourceType: 'Patient',
  id: 'p',
  photo: [{ contentType: 'text/plain', data }],
});
const patientWho = (coding: object): FhirResource => ({
  resourceType: 'Patient',
  id: 'p',
  communication: [{ language: { coding: [coding] } }],
});
const collection = (fullUrl: string): FhirResource => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [{ fullUrl, resource: { resourceType: 'Patient', id: 'p' } }],
});
const pressure = (systolic: object) =>
  observation({
    meta: { profile: ['http://hl7.org/fhir/StructureDefinition/bp'] },
    category: [{ coding: [vitalSigns] }],
    code: loinc('85354-9'),
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2024-05-05',
    component: [
      { code: loinc('8480-6'), ...systolic },
      { code: loinc('8462-4'), dataAbsentReason: { text: 'not measured' } },
    ],
  });
const questionnaireResponse = (more: object): FhirResource => ({
  resourceType: 'QuestionnaireResponse',
  id: 'q',
  meta: { profile: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-questionnaireresponse'] },
  questionnaire: 'http://forms.test/q',
  status: 'completed',
  subject: { reference: 'Patient/1' },
  authored: '2024-05-05',
  ...more,
});
const asked = (extension: unknown) => questionnaireResponse({ _questionnaire: { extension } });
const title = { url: 'http://hl7.org/fhir/StructureDefinition/display', valueString: 'Form' };
/** Body temperature, whose category is fixed by parts. */
const temperature = (more: object, system: object = { system: 'http://unitsofmeasure.org' }) =>
  observation({
    meta: { profile: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-body-temperature'] },
    category: [{ coding: [{ ...vitalSigns, ...more }] }],
    code: loinc('8310-5'),
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2024-05-05',
    valueQuantity: { value: 37, unit: 'C', code: 'Cel', ...system },
  });
const unsaid = { extension: [{ url: 'http://ours.test/why', valueString: 'x' }] };
const vitalSigns = { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' };
const method = (coding: object) => observation({ method: { coding: [coding] } });

/** Each was put to HAPI 8.8.1, and is judged as it judged. */
describe('what the reference validator accepts is accepted', () => {
  test.for<[string, FhirResource]>([
    ['a reference that ends in a no-break space', subject('Patient/x\u00a0')],
    ['a type without an id behind it', subject('Medication/')],
    ['a full URL whose end only looks like a type and an id', collection('http://servers.test/Other/1')],
    ['a language tag with script or region', { resourceType: 'Patient', id: 'p', language: 'zh-Hant-TW' }],
    ['one extension of a slice beside a primitive', asked([title])],
    [
      'a reference that states the type of its target',
      observation({ focus: [{ reference: 'Patient/1', type: 'Patient' }] }),
    ],
    ['a value that is fixed', temperature({})],
    ['extensions in the place of one', temperature({}, { _system: unsaid })],
    ['a value that no binding of the element is about', pressure({ valueBoolean: true })],
    ['a relative system without a code', quantity({ system: 'x' })],
    ['a coding by itself with a system alone', tag({ system: actCode })],
    ['a relative system where an extensible value set is looked up', encounter({ system: 'x', code: 'AMB' })],
    ['an end in the leap second before the start', patient('2016-07-01T00:00:00Z', '2016-06-30T23:59:60Z')],
  ])('%s', ([, resource]) => {
    expect(latest.judge(resource)).toMatchObject({ valid: true });
  });

  test('a rule that its authors mark as best practice: a warning', () => {
    const item = { linkId: '1', answer: [{ valueBoolean: true }] };
    const response = questionnaireResponse({ item: [item, item] });
    const { valid, issues } = latest.judge(response, { notes: true });
    expect(valid).toBe(true);
    expect(issues).toContainEqual(expect.objectContaining({ severity: 'warning', constraint: 'sdcqr-2' }));
  });

  test('a quantity without a code where a value set of units is required: a warning', () => {
    const units = 'http://unitsofmeasure.org';
    const unitIssues = (more: object) =>
      earlier
        .judge(pressure({ valueQuantity: { value: 120, system: units, ...more } }), { notes: true })
        .issues.filter(({ expression }) => expression?.[0] === 'Observation.component[0].value.ofType(Quantity)')
        .map(({ severity, diagnostics }) => [severity, diagnostics]);
    expect(unitIssues({ code: 'mm[Hg]' })).toEqual([]);
    expect(unitIssues({})).toContainEqual(['warning', expect.stringContaining('has no code')]);
    expect(unitIssues({ code: 'stone' }).map(([severity]) => severity)).toContain('error');
  });
});

describe('what the reference validator refuses is refused', () => {
  test.for<[string, FhirResource]>([
    ['white space in a reference', subject('Patient/x ')],
    ['a type that may not stand there', subject('Medication/1')],
    ['the same with a slash at the end', subject('Medication/1/')],
    ['an abstract type', subject('DomainResource/1')],
    ['a full URL with another id', collection('http://servers.test/Patient/1')],
    ['a language that is none', { resourceType: 'Patient', id: 'p', language: 'xx' }],
    ['a language tag with an underscore', { resourceType: 'Patient', id: 'p', language: 'en_US' }],
    ['a coding with a language that is none', patientWho({ code: 'English', system: 'urn:ietf:bcp:47' })],
    ['a value set as the system of a quantity', quantity({ system: 'http://hl7.org/fhir/ValueSet/x', code: 'g' })],
    ['a known system with a slash behind it', quantity({ system: 'http://unitsofmeasure.org/', code: 'g' })],
    ['a known system with https', tag({ system: actCode.replace('http:', 'https:'), code: 'AMB' })],
    ['two extensions of a slice beside a primitive that has one', asked([title, title])],
    ['a null among them', asked([null])],
    ['an extension beside a value that is fixed', temperature({ _code: unsaid })],
    ['a reference that states another type', observation({ focus: [{ reference: 'Patient/1', type: 'Group' }] })],
    ['padding inside of base64', photo('aa==aa==')],
    ['padding alone', photo('====')],
    ['a relative system with a code', quantity({ system: 'x', code: 'g' })],
    ['a relative system where no value set is looked up', tag({ system: 'x', code: 'y' })],
    ['a code that its system does not have', tag({ system: actCode, code: 'none' })],
    ['a coding of a concept with a system alone', method({ system: actCode })],
    ['an id of white space', { resourceType: 'Patient', id: '  ' }],
    ['an end in the leap second, and a start behind it', patient('2016-07-01T00:00:01Z', '2016-06-30T23:59:60Z')],
    ['the same across time zones', patient('2016-07-01T02:00:01+02:00', '2016-06-30T23:59:60Z')],
    ['an end before a leap second', patient('2016-06-30T23:59:60Z', '2016-06-30T20:00:00-03:00')],
  ])('%s', ([, resource]) => {
    expect(latest.isValid(resource)).toBe(false);
  });
});

function loinc(code: string): object {
  return { coding: [{ system: 'http://loinc.org', code }] };
}
