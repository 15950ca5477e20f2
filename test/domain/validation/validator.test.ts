import { describe, expect, test } from 'vitest';

import { loadValidator } from '../../../adapters/validation/load-validator.ts';
import { CarryoverError } from '../../../schemas/failures.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';

const claimed = await loadValidator({ usCoreVersion: '6.1.0', profiles: 'claimed' });
const byType = await loadValidator({ usCoreVersion: '6.1.0' });
const core = 'http://hl7.org/fhir/us/core/StructureDefinition';

const patient = (more: object = {}): FhirResource => ({ resourceType: 'Patient', id: 'p', ...more });
const observation = (more: object): FhirResource => ({
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  ...more,
});
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
const category = (code: string) => [
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] },
];

describe('which profiles apply', () => {
  test('the claimed ones, each once, with or without their version', () => {
    const profile = [`${core}/us-core-patient`, `${core}/us-core-patient|6.1.0`];
    expect(claimed.judge(patient({ meta: { profile } })).profiles).toEqual([`${core}/us-core-patient|6.1.0`]);
  });

  test('a profile that nobody here has is said to be not checked, and the resource is judged by its type', () => {
    const { valid, profiles, issues } = claimed.judge(patient({ meta: { profile: ['http://other.test/p'] } }), {
      notes: true,
    });
    expect([valid, profiles]).toEqual([true, ['http://hl7.org/fhir/StructureDefinition/Patient|4.0.1']]);
    expect(issues).toContainEqual(
      expect.objectContaining({ severity: 'warning', code: 'not-supported', expression: ['Patient.meta.profile[0]'] }),
    );
  });

  test('where claims are to be strict, such a claim is an error, also that of an entry', async () => {
    const strict = await loadValidator({ usCoreVersion: '6.1.0', profiles: 'claimed', strict: true });
    const claiming = patient({ meta: { profile: ['http://other.test/p'] } });
    const entry = [{ fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', resource: claiming }];
    const bundle = { resourceType: 'Bundle', type: 'collection', entry };
    expect([claiming, bundle].map((one) => [claimed.isValid(one), strict.isValid(one)])).toEqual([
      [true, false],
      [true, false],
    ]);
    const errors = strict.judge(bundle).issues.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ expression }) => expression?.[0])).toEqual(['Bundle.entry[0].resource.meta.profile[0]']);
  });

  test('of two versions of one profile the one that is here is judged, and the other is said to be not checked', () => {
    const profile = [`${core}/us-core-patient|3.1.1`, `${core}/us-core-patient|6.1.0`];
    const { valid, profiles, issues } = claimed.judge(patient({ meta: { profile } }));
    expect([valid, profiles]).toEqual([false, [`${core}/us-core-patient|6.1.0`]]);
    expect(issues.map(({ expression }) => expression?.[0])).toContain('Patient.meta.profile[0]');
  });

  test('a profile of another type is broken at once', () => {
    const claims = { meta: { profile: [`${core}/us-core-patient`] } };
    expect(claimed.isValid(observation({ code: { text: 'x' }, ...claims }))).toBe(false);
  });

  test.each([
    ['the only one of the type', patient(), ['us-core-patient']],
    ['by its code', observation({ code: loinc('85354-9') }), ['us-core-blood-pressure']],
    [
      'by its category',
      observation({ code: loinc('1-1'), category: category('laboratory') }),
      ['us-core-observation-lab'],
    ],
    ['none where none fits', observation({ code: loinc('1-1') }), ['Observation']],
    [
      'a condition by its category',
      {
        resourceType: 'Condition',
        category: [
          {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis' },
            ],
          },
        ],
      },
      ['us-core-condition-encounter-diagnosis'],
    ],
  ])('those of US Core for what claims none: %s', (_how, resource, names) => {
    const { profiles } = byType.judge(resource);
    expect(profiles.map((url) => url.replace(/^.*\//, '').replace(/\|.*$/, ''))).toEqual(names);
  });

  test('the base profile of vital signs, where that is wished', async () => {
    const strict = await loadValidator({ usCoreVersion: '6.1.0', profiles: 'claimed', impliedVitalSigns: true });
    const pulse = observation({ code: loinc('8867-4') });
    expect([claimed.isValid(pulse), strict.isValid(pulse)]).toEqual([true, false]);
  });

  test('one that is named, instead of those that are claimed', async () => {
    const named = await loadValidator({ usCoreVersion: '6.1.0', profile: `${core}/us-core-organization` });
    expect(named.isValid({ resourceType: 'Organization', id: 'o', name: 'One' })).toBe(false);
    await expect(loadValidator({ usCoreVersion: '6.1.0', profile: 'http://other.test/p' })).rejects.toThrow(
      CarryoverError,
    );
  });
});

describe('what is no resource', () => {
  test.each([
    ['a list', []],
    ['nothing', null],
    ['a text', 'Patient'],
    ['no type', { id: 'x' }],
    ['no type of R4', { resourceType: 'Horse' }],
    ['an abstract type', { resourceType: 'DomainResource' }],
  ])('%s is refused with an issue', (_what, value) => {
    const { valid, issues } = claimed.judge(value as never);
    expect([valid, issues.map(({ severity }) => severity)]).toEqual([false, ['error']]);
  });

  test.each(['', '{', '[1]', '{"resourceType":"Patient",}', 'null'])('the text %j is refused', (text) => {
    expect(claimed.judgeText(text).valid).toBe(false);
  });

  test('ten thousand levels of nesting are refused, not a crash', () => {
    let inner: unknown = { url: 'http://ours.test/e', valueString: 'x' };
    for (let level = 0; level < 10_000; level += 1) inner = { url: 'http://ours.test/e', extension: [inner] };
    const { valid, issues } = claimed.judge(patient({ extension: [inner] }));
    expect([valid, issues.length]).toEqual([false, 1]);
  });

  test('a version of US Core that is not here is named with those that are', async () => {
    await expect(loadValidator({ usCoreVersion: '0.0.1' })).rejects.toThrow(/6\.1\.0/);
  });
});

test('no message holds a value of the resource', () => {
  const secret = 'Zebrafink-4711';
  const name = [{ [secret]: secret, text: 5, use: secret, period: { start: secret } }];
  const { issues } = claimed.judge(patient({ name, gender: secret, [secret]: { a: secret } }), { notes: true });
  expect(issues.length).toBeGreaterThan(3);
  expect(JSON.stringify(issues)).not.toContain(secret);
});

test('what cannot be known here is an information, and only on request', () => {
  const race = {
    url: `${core}/us-core-race`,
    extension: [
      { url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2106-3' } },
      { url: 'text', valueString: 'x' },
    ],
  };
  expect(claimed.judge(patient({ extension: [race] }))).toMatchObject({ valid: true, issues: [] });
  const notes = claimed.judge(patient({ extension: [race] }), { notes: true }).issues;
  expect(notes.filter(({ code }) => code === 'not-supported').map(({ severity }) => severity)).toContain('information');
});
