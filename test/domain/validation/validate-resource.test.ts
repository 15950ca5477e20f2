import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseExact } from '../../../domain/payload/exact-json.ts';
import { r4Required } from '../../../domain/validation/r4-required.ts';
import { isResourceType } from '../../../domain/validation/r4-resource-types.ts';
import { createValidator } from '../../../domain/validation/validate-resource.ts';
import { generateMember } from '../../../fixtures/generate-member.ts';
import { type FhirResource, supportingTypes, usCoreClinicalTypes } from '../../../schemas/fhir.ts';

const validate = createValidator({ usCoreVersion: '6.1.0' });
const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
const medicationRequest = {
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p' },
};

describe('base R4 validation', () => {
  test.each([
    ['an unknown resource type', { resourceType: 'Patiemt' }, 'structure', undefined],
    ['a missing required element', { ...observation, code: undefined }, 'required', 'Observation.code'],
    ['an object where a code must be', { ...observation, status: {} }, 'structure', 'Observation.status'],
    ['a code outside the required value set', { ...observation, status: 'done' }, 'code-invalid', 'Observation.status'],
    ['text where a concept must be', { ...observation, code: 'x' }, 'structure', 'Observation.code'],
    ['an object where a list must be', { ...observation, category: {} }, 'structure', 'Observation.category'],
    ['an empty list', { ...observation, category: [] }, 'required', 'Observation.category'],
    ['a wrong id', { ...observation, id: 'a_b' }, 'value', 'Observation.id'],
    ['an instant without a zone', { ...observation, issued: '2020-01-01T10:00:00' }, 'value', 'Observation.issued'],
    [
      'a date with a time',
      { resourceType: 'Patient', birthDate: '1980-01-01T00:00:00Z' },
      'value',
      'Patient.birthDate',
    ],
    ['a month that there is not', { resourceType: 'Patient', birthDate: '1980-13' }, 'value', 'Patient.birthDate'],
    ['a choice that nobody made', medicationRequest, 'required', 'MedicationRequest.medication'],
    [
      'a reference that is no text',
      { ...medicationRequest, medicationReference: { reference: 7 } },
      'structure',
      'MedicationRequest.medicationReference.reference',
    ],
    ['a name that is no object', { resourceType: 'Patient', name: [{}, 'Ann'] }, 'structure', 'Patient.name[1]'],
  ])('finds %s', (_, resource, code, expression) => {
    const issues = validate(withoutUndefined(resource));
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ severity: 'error', code });
    expect(issues[0]?.expression).toEqual(expression === undefined ? undefined : [expression]);
  });

  test('finds all issues, and shows no value of the resource', () => {
    const issues = validate({ ...observation, id: 'Secret Name', status: 'Secret Name', subject: 'Secret Name' });
    expect(new Set(issues.map(({ expression }) => expression?.[0]))).toEqual(
      new Set(['Observation.id', 'Observation.status', 'Observation.subject']),
    );
    expect(JSON.stringify(issues)).not.toContain('Secret');
  });

  test('takes a required primitive as there, where only the reason of its absence is', () => {
    const { status: _, ...rest } = observation;
    expect(
      validate({ ...rest, _status: { extension: [{ url: 'http://example.org', valueCode: 'unknown' }] } }),
    ).toEqual([]);
  });

  test('reads kept decimals as numbers, and leaves everything that it does not know alone', () => {
    const text =
      '{"resourceType":"Observation","status":"final","code":{},"valueQuantity":{"value":1.10},"more":{"x":1.0}}';
    expect(validate(parseExact(text) as FhirResource)).toEqual([]);
  });

  test('warns about a US Core claim of another version', () => {
    expect(validate(claim('6.1.0'))).toEqual([]);
    expect(validate(claim('3.1.1'))).toMatchObject([{ severity: 'warning', expression: ['meta.profile[1]'] }]);
  });

  test('has rules for every type that is sent by default, and for none that R4 does not have', () => {
    expect(Object.keys(r4Required)).toEqual(expect.arrayContaining([...supportingTypes, ...usCoreClinicalTypes]));
    expect(Object.keys(r4Required).filter((type) => !isResourceType(type))).toEqual([]);
  });
});

test('every resource of a generated member is valid', () => {
  for (const index of [0, 1, 2, 3]) {
    const { resources } = generateMember({ seed: 3, index });
    for (const resource of resources)
      expect(validate(parseExact(JSON.stringify(resource)) as FhirResource)).toEqual([]);
  }
});

const usCore = path.join(import.meta.dirname, '../../../../shared/us-core');
describe.skipIf(!existsSync(usCore))('the official examples of US Core in ../shared/us-core', () => {
  test.each(['6.1.0', '3.1.1'] as const)('of version %s have no error', (usCoreVersion) => {
    const folder = path.join(usCore, usCoreVersion, 'examples');
    const check = createValidator({ usCoreVersion });
    const issues = readdirSync(folder).flatMap((file) => {
      const resource = parseExact(readFileSync(path.join(folder, file), 'utf8')) as FhirResource;
      return check(resource).map((issue) => ({ file, ...issue }));
    });
    expect(issues).toEqual([]);
  });
});

function claim(version: string): FhirResource {
  const profile = `http://hl7.org/fhir/us/core/StructureDefinition/us-core-bmi|${version}`;
  return { ...observation, meta: { profile: ['http://example.org/other|1.0.0', profile] } };
}

function withoutUndefined(resource: object): FhirResource {
  return JSON.parse(JSON.stringify(resource)) as FhirResource;
}
