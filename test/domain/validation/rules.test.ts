import { describe, expect, test } from 'vitest';

import { loadValidator } from '../../../adapters/validation/load-validator.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';

const validator = await loadValidator({ usCoreVersion: '6.1.0', profiles: 'claimed' });

const patient = (more: object): FhirResource => ({ resourceType: 'Patient', id: 'p', ...more });
const observation = (more: object): FhirResource => ({
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  code: { text: 'a test' },
  ...more,
});
const usCore = (name: string) => ({ profile: [`http://hl7.org/fhir/us/core/StructureDefinition/${name}`] });
const usPatient = (more: object) =>
  patient({
    meta: usCore('us-core-patient'),
    identifier: [{ system: 'http://ids.test', value: '1' }],
    name: [{ family: 'Example' }],
    gender: 'female',
    ...more,
  });
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
const category = (code: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }],
});
const pressure = (more: object) =>
  observation({
    meta: usCore('us-core-blood-pressure'),
    category: [category('vital-signs')],
    code: loinc('85354-9'),
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2024-05-05',
    component: [
      { code: loinc('8480-6'), valueQuantity: mmHg(120) },
      { code: loinc('8462-4'), valueQuantity: mmHg(80) },
    ],
    ...more,
  });
const mmHg = (value: number) => ({ value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' });
const extension = (more: object) => ({ url: 'http://ours.test/extension', ...more });
const unknown = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};
const organization = { resourceType: 'Organization', id: 'org', name: 'One' };

/** A rule class, a resource that keeps it, one that breaks it, and the FHIRPath and code of what is found. */
type Case = readonly [rule: string, good: FhirResource, bad: FhirResource, expression: string, code: string];

const structure: Case[] = [
  ['unknown property', patient({}), patient({ colour: 'red' }), 'Patient.colour', 'structure'],
  ['type', patient({ active: true }), patient({ active: 'true' }), 'Patient.active', 'structure'],
  ['array', patient({ name: [{ text: 'x' }] }), patient({ name: { text: 'x' } }), 'Patient.name', 'structure'],
  ['single', patient({ birthDate: '2020' }), patient({ birthDate: ['2020'] }), 'Patient.birthDate', 'structure'],
  ['required', observation({}), { resourceType: 'Observation', status: 'final' }, 'Observation.code', 'required'],
  [
    'not empty',
    patient({ maritalStatus: { text: 'x' } }),
    patient({ maritalStatus: {} }),
    'Patient.maritalStatus',
    'invalid',
  ],
  [
    'one of a choice',
    patient({ deceasedBoolean: false }),
    patient({ deceasedBoolean: false, deceasedDateTime: '2020' }),
    'Patient.deceased',
    'structure',
  ],
  [
    'extensions beside a primitive',
    patient({ _birthDate: unknown }),
    patient({ _birthDate: { id: 'a' } }),
    'Patient.birthDate',
    'invalid',
  ],
  [
    'nulls in pairs',
    patient({ name: [{ given: ['a', null], _given: [null, unknown] }] }),
    patient({ name: [{ given: ['a', null] }] }),
    'Patient.name[0].given[1]',
    'invalid',
  ],
  ['id', patient({ id: 'A-1.b' }), patient({ id: 'a b' }), 'Patient.id', 'value'],
  [
    'unique element ids',
    patient({
      name: [
        { id: 'a', text: 'x' },
        { id: 'b', text: 'y' },
      ],
    }),
    patient({
      name: [
        { id: 'a', text: 'x' },
        { id: 'a', text: 'y' },
      ],
    }),
    'Patient.name[1].id',
    'invalid',
  ],
];

const terminology: Case[] = [
  ['required binding', observation({}), observation({ status: 'done' }), 'Observation.status', 'code-invalid'],
  ['code that is absent', patient({ gender: 'male' }), patient({ _gender: unknown }), 'Patient.gender', 'code-invalid'],
  [
    'code of a known system',
    observation({ category: [category('laboratory')] }),
    observation({ category: [category('labby')] }),
    'Observation.category[0].coding[0]',
    'code-invalid',
  ],
  [
    'identifier system',
    patient({ identifier: [{ system: 'urn:oid:2.16.840.1.113883', value: '1' }] }),
    patient({ identifier: [{ system: 'local', value: '1' }] }),
    'Patient.identifier[0]',
    'value',
  ],
];

const references: Case[] = [
  [
    'target type',
    observation({ subject: { reference: 'http://server.test/fhir/Patient/1/_history/2' } }),
    observation({ subject: { reference: 'Medication/1' } }),
    'Observation.subject',
    'structure',
  ],
  [
    'form',
    observation({ subject: { reference: 'urn:uuid:1' } }),
    observation({ subject: { reference: 'Patient/a b' } }),
    'Observation.subject',
    'structure',
  ],
  [
    'contained target',
    patient({ contained: [organization], managingOrganization: { reference: '#org' } }),
    patient({ managingOrganization: { reference: '#org' } }),
    'Patient.managingOrganization',
    'structure',
  ],
  [
    'contained and referred to',
    patient({ contained: [organization], managingOrganization: { reference: '#org' } }),
    patient({ contained: [organization] }),
    'Patient.contained',
    'invariant',
  ],
  [
    'contained resource by its own type',
    patient({ contained: [organization], managingOrganization: { reference: '#org' } }),
    patient({ contained: [{ ...organization, active: 1 }], managingOrganization: { reference: '#org' } }),
    'Patient.contained[0].active',
    'structure',
  ],
];

const extensions: Case[] = [
  [
    'value or extensions',
    patient({ extension: [extension({ valueString: 'x' })] }),
    patient({ extension: [extension({})] }),
    'Patient.extension[0]',
    'invariant',
  ],
  [
    'absolute URL',
    patient({ extension: [extension({ extension: [{ url: 'part', valueString: 'x' }] })] }),
    patient({ extension: [{ url: 'part', valueString: 'x' }] }),
    'Patient.extension[0].url',
    'invalid',
  ],
  [
    'context',
    patient({
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: { city: 'x' } }],
    }),
    observation({
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: { city: 'x' } }],
    }),
    'Observation.extension[0]',
    'structure',
  ],
  [
    'type of the value of a known extension',
    patient({ _birthDate: unknown }),
    patient({
      _birthDate: {
        extension: [{ ...unknown.extension[0], valueCode: undefined, valueString: 'x' }].map(
          ({ url, valueString }) => ({ url, valueString }),
        ),
      },
    }),
    'Patient.birthDate.extension[0].valueString',
    'structure',
  ],
];

const profiles: Case[] = [
  ['cardinality', usPatient({}), usPatient({ identifier: undefined }), 'Patient.identifier', 'required'],
  [
    'slice at least once',
    pressure({}),
    pressure({ category: [category('survey')] }),
    'Observation.category',
    'required',
  ],
  [
    'slice at most once',
    pressure({}),
    pressure({
      component: [8480, 8462, 8480].map((code) => ({
        code: loinc(code === 8480 ? '8480-6' : '8462-4'),
        valueQuantity: mmHg(1),
      })),
    }),
    'Observation.component',
    'structure',
  ],
  [
    'content of a slice',
    pressure({}),
    pressure({
      component: [
        { code: loinc('8480-6'), valueQuantity: { ...mmHg(1), code: 'kPa' } },
        { code: loinc('8462-4'), valueQuantity: mmHg(80) },
      ],
    }),
    'Observation.component[0].value.ofType(Quantity).code',
    'value',
  ],
  ['pattern', pressure({}), pressure({ code: loinc('8867-4') }), 'Observation.code', 'value'],
  [
    'target by profile',
    pressure({ subject: { reference: 'Patient/1' } }),
    pressure({ subject: { reference: 'Device/1' } }),
    'Observation.subject',
    'structure',
  ],
  [
    'invariant of a data type',
    patient({ telecom: [{ system: 'phone', value: '1' }] }),
    patient({ telecom: [{ value: '1' }] }),
    'Patient.telecom[0]',
    'invariant',
  ],
  ['invariant of a profile', usPatient({}), usPatient({ name: [{ use: 'official' }] }), 'Patient.name[0]', 'invariant'],
];

const bundles: Case[] = [
  [
    'full URL',
    bundle([{ fullUrl: 'http://server.test/fhir/Patient/p', resource: patient({}) }]),
    bundle([{ fullUrl: 'http://server.test/fhir/Patient/other', resource: patient({}) }]),
    'Bundle.entry[0]',
    'invalid',
  ],
  [
    'entry by its own type',
    bundle([{ fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', resource: patient({}) }]),
    bundle([{ fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', resource: patient({ colour: 1 }) }]),
    'Bundle.entry[0].resource.colour',
    'structure',
  ],
  [
    'entry by the profile that it claims',
    bundle([{ fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', resource: usPatient({}) }]),
    bundle([{ fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', resource: usPatient({ gender: undefined }) }]),
    'Bundle.entry[0].resource.gender',
    'required',
  ],
];

function bundle(entry: readonly object[]): FhirResource {
  return { resourceType: 'Bundle', type: 'collection', entry };
}

/** As from a text: without properties that are undefined. */
const plain = (resource: FhirResource) => JSON.parse(JSON.stringify(resource)) as FhirResource;

describe.each([
  ['structure', structure],
  ['terminology', terminology],
  ['references', references],
  ['extensions', extensions],
  ['profiles', profiles],
  ['bundles', bundles],
] as const)('%s', (_name, cases) => {
  test.each(cases)(
    '%s: what keeps the rule is accepted, what breaks it is refused at its place',
    (_rule, good, bad, expression, code) => {
      expect(validator.judge(plain(good))).toMatchObject({ valid: true, issues: [] });
      const { valid, issues } = validator.judge(plain(bad));
      expect(valid).toBe(false);
      expect(validator.isValid(plain(bad))).toBe(false);
      const errors = issues.filter(({ severity }) => severity === 'error');
      expect(errors.map((issue) => [issue.expression?.[0], issue.code])).toContainEqual([expression, code]);
    },
  );
});
