import { describe, expect, test } from 'vitest';

import { bundleBody } from '../../../domain/payload/bundle-body.ts';
import { parseExact } from '../../../domain/payload/exact-json.ts';
import type { Validate } from '../../../domain/payload/validation-gate.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';
import { asResourceKey } from '../../../schemas/ids.ts';
import type { Plan } from '../../../schemas/plan.ts';
import { keyedHash, patient, plan, planned, record, sources, targetId } from './planning.ts';

const observation = (id: string, more: Record<string, unknown> = {}): FhirResource => ({
  resourceType: 'Observation',
  id,
  subject: { reference: 'Patient/p' },
  ...more,
});

describe('repeats', () => {
  test('that are identical, in whatever order their keys are, are dropped and counted', async () => {
    const again = { subject: { reference: 'Patient/p' }, id: 'o', resourceType: 'Observation' };
    const { counts } = await planned(sources([patient, observation('o'), again, patient]));
    expect(counts).toMatchObject({ resources: 4, planned: 2, repeats: 2, withheld: 0 });
  });

  test('that differ are a conflict, told by place and not by id', async () => {
    const result = await plan(sources([patient, observation('secret-id'), observation('secret-id', { issued: 'x' })]));
    expect(result).toMatchObject({ kind: 'refused', code: 'SOURCE_CONFLICT' });
    expect(JSON.stringify(result)).toContain('entry 2 of file 1 and entry 3 of file 1');
    expect(JSON.stringify(result)).not.toContain('secret-id');
  });

  test('that differ only in how exactly a value was measured are a conflict', async () => {
    expect(await plan(sources([patient, weighed('1.10'), weighed('1.1')]))).toMatchObject({ code: 'SOURCE_CONFLICT' });
    expect(await plan(sources([patient, weighed('1.10'), weighed('1.10')]))).toMatchObject({ kind: 'planned' });
  });

  test('with one full URL for two resources are a conflict', async () => {
    const [first, ...rest] = sources([patient, observation('a'), observation('b')]);
    const fullUrl = 'urn:uuid:6F9619FF-8B86-D011-B42D-00CF4FC964FF';
    const result = await plan([first!, ...rest.map((source) => ({ ...source, fullUrl }))]);
    expect(result).toMatchObject({ code: 'SOURCE_CONFLICT' });
  });
});

describe('the patient of the record', () => {
  test('must be there, once', async () => {
    expect(await refusal(observation('o'))).toMatchObject({ code: 'SOURCE_NO_PATIENT' });
    expect(await refusal(patient, { ...patient, id: 'q' })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
  });

  test('must have the birth date and the family name of the row', async () => {
    expect(await refusal({ ...patient, birthDate: '1980-02-28' })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
    expect(await refusal({ ...patient, birthDate: '1980' })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
    expect(await refusal({ ...patient, name: [{ family: 'Other' }] })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
    expect(await refusal({ ...patient, name: undefined })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
  });

  test('may write the names otherwise, and may have another given name with a warning', async () => {
    const named = { ...patient, name: [{ family: 'Núñez-Ortega', given: ['Ann'] }] };
    const { warnings } = await planned(sources([named]), {
      record: { ...record, family: 'NUNEZ ORTEGA', given: 'Bo' },
    });
    expect(warnings).toEqual({ 'patient-given-name-differs': 1 });
    const same = await planned(sources([patient]));
    expect(same.warnings).toEqual({});
  });

  test.each([
    ['subject', 'Patient/other'],
    ['patient', 'https://other.example/fhir/Patient/other'],
    ['beneficiary', 'Patient/other/_history/2'],
    ['subject', 'urn:uuid:00000000-0000-4000-8000-000000000000'],
    ['subject', 'Patient?identifier=x'],
  ])('is the only one that anything in it is about: %s %s stops the record', async (element, reference) => {
    const foreign = { resourceType: 'Coverage', id: 'c', [element]: { reference } };
    const result = await plan(sources([patient, foreign]));
    expect(result).toMatchObject({ code: 'SOURCE_OTHER_PATIENT', detail: 'About another patient: 1 Coverage.' });
  });

  test.each([
    ['an identifier of somebody else', { identifier: { system: 'urn:mrn', value: '2' } }],
    [
      "an identifier that nothing says is the member's",
      { type: 'Patient', identifier: { system: 'urn:x', value: '1' } },
    ],
    ['a search for an identifier of somebody else', { reference: 'Patient?identifier=urn:mrn|2' }],
    ['a contained Patient who was born on another day', { reference: '#inside' }],
  ])('is the only one that anything in it is about: %s stops the record', async (_, subject) => {
    const self = { ...patient, identifier: [{ system: 'urn:mrn', value: '1' }] };
    const contained = [{ resourceType: 'Patient', id: 'inside', birthDate: '1901-01-01' }];
    const result = await plan(sources([self, observation('o', { subject, contained })]));
    expect(result).toMatchObject({ code: 'SOURCE_OTHER_PATIENT', detail: 'About another patient: 1 Observation.' });
  });

  test('may be named by an identifier, or by a search for it, which then names the Patient that is sent', async () => {
    const self = { ...patient, identifier: [{ system: 'urn:mrn', value: '1' }] };
    const inside = { resourceType: 'Patient', id: 'inside', birthDate: record.birthDate };
    const { plan: result, text } = await bodyOf([
      self,
      observation('1', { subject: { identifier: { system: 'urn:mrn', value: '1' } } }),
      observation('2', { subject: { identifier: { system: 'urn:member', value: record.previousMemberId } } }),
      observation('3', { subject: { reference: 'Patient?identifier=urn%3Amrn%7C1' } }),
      observation('4', { subject: { reference: '#inside' }, contained: [inside] }),
      observation('5', { subject: { type: 'Device', identifier: { system: 'urn:mrn', value: '2' } } }),
    ]);
    expect(result.counts.planned).toBe(6);
    expect(result.warnings).toEqual({});
    expect(text).toContain(`"subject":{"reference":"Patient/${targetId('Patient', 'p')}"}`);
    expect(text).toContain('"subject":{"identifier":{"system":"urn:mrn","value":"1"}}');
  });

  test('may be named by any form of reference, and a subject may be no person at all', async () => {
    const [self, ...others] = sources([
      patient,
      observation('1'),
      observation('2', { subject: { reference: 'https://own.example/fhir/Patient/p/_history/3' } }),
      observation('3', { subject: { identifier: { value: 'x' } } }),
      observation('4', { subject: { reference: '#inside' } }),
      observation('5', { subject: { reference: 'Group/g' } }),
    ]);
    const { counts } = await planned([{ ...self!, fullUrl: 'https://own.example/fhir/Patient/p' }, ...others]);
    expect(counts.planned).toBe(6);
  });
});

describe('references', () => {
  test('in every form become Type/id with the new id, at any depth and in contained resources', async () => {
    const uuid = 'urn:uuid:6f9619ff-8b86-4011-b42d-00cf4fc964ff';
    const performer = { resourceType: 'Practitioner', id: 'd' };
    const organization = { resourceType: 'Organization', id: 'x' };
    const { text, plan: result } = await bodyOf(
      [
        patient,
        performer,
        organization,
        observation('o', {
          performer: [{ reference: uuid.toUpperCase().replace('URN:UUID', 'urn:uuid'), display: 'kept' }],
          contained: [{ resourceType: 'PractitionerRole', id: 'in', organization: { reference: 'Organization/x' } }],
          focus: [
            { reference: '#in' },
            { reference: 'Observation/o/_history/1' },
            { reference: 'Organization/x#part' },
          ],
        }),
      ],
      [undefined, uuid, 'https://own.example/fhir/Organization/x'],
    );
    const sent = JSON.parse(result.resources.at(-1)!.json) as Record<string, unknown>;
    expect(sent).toEqual({
      resourceType: 'Observation',
      id: targetId('Observation', 'o'),
      subject: { reference: `Patient/${targetId('Patient', 'p')}` },
      performer: [{ reference: `Practitioner/${targetId('Practitioner', 'd')}`, display: 'kept' }],
      contained: [
        {
          resourceType: 'PractitionerRole',
          id: 'in',
          organization: { reference: `Organization/${targetId('Organization', 'x')}` },
        },
      ],
      focus: [
        { reference: '#in' },
        { reference: `Observation/${targetId('Observation', 'o')}` },
        { reference: `Organization/${targetId('Organization', 'x')}#part` },
      ],
    });
    expect(text).not.toContain('6f9619ff');
    expect(result.dangling).toEqual([]);
  });

  test('to what is not sent keep the id that it would have had, and are counted by the types of both ends', async () => {
    const { plan: result, text } = await bodyOf([
      patient,
      { resourceType: 'Binary', id: 'b' },
      {
        resourceType: 'DocumentReference',
        id: 'd',
        content: [{ attachment: { url: 'Binary/b' } }, { attachment: { url: 'https://pictures.example/a.png' } }],
        author: [{ reference: 'Practitioner/gone' }, { reference: 'Practitioner/gone2' }],
        custodian: { reference: 'https://elsewhere.example/fhir/Organization/1' },
        authenticator: { reference: 'urn:oid:1.2.3' },
      },
    ]);
    expect(result.dangling).toEqual([
      { from: 'DocumentReference', to: 'Binary', count: 1 },
      { from: 'DocumentReference', to: 'Organization', count: 1 },
      { from: 'DocumentReference', to: 'Practitioner', count: 2 },
      { from: 'DocumentReference', to: 'unknown', count: 1 },
    ]);
    expect(text).toContain(`Practitioner/${targetId('Practitioner', 'gone')}`);
    expect(text).toContain(`"url":"Binary/${targetId('Binary', 'b')}"`);
    expect(text).toContain('https://elsewhere.example/fhir/Organization/1');
    expect(text).toContain('https://pictures.example/a.png');
  });

  test('that are searches stay as they are and are counted', async () => {
    const reference = 'Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1';
    const { plan: result, text } = await bodyOf([patient, observation('o', { performer: [{ reference }] })]);
    expect(text).toContain(reference);
    expect(result.warnings).toEqual({ 'search-reference': 1 });
    expect(result.dangling).toEqual([]);
  });

  test('that search for an identifier name the one resource of the record that has it; of two, neither', async () => {
    const npi = (id: string, value: string) => ({
      resourceType: 'Practitioner',
      id,
      identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value }],
    });
    const search = (value: string) => ({
      reference: `Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|${value}`,
    });
    const { plan: result, text } = await bodyOf([
      patient,
      npi('a', '1'),
      npi('b', '2'),
      npi('c', '2'),
      observation('o', { performer: [search('1'), search('2')] }),
    ]);
    expect(text).toContain(
      `"performer":[{"reference":"Practitioner/${targetId('Practitioner', 'a')}"},${JSON.stringify(search('2'))}]`,
    );
    expect(result.warnings).toEqual({ 'search-reference': 1 });
    expect(result.resources.at(-1)?.dependsOn).toHaveLength(2);
  });

  test('of the same type and id on another host are somebody else', async () => {
    const practitioner = { resourceType: 'Practitioner', id: 'd' };
    const elsewhere = observation('o', { performer: [{ reference: 'https://b.example/Practitioner/d' }] });
    const { plan: result } = await bodyOf(
      [patient, practitioner, elsewhere],
      [undefined, 'https://a.example/Practitioner/d'],
    );
    expect(result.dangling).toEqual([{ from: 'Observation', to: 'Practitioner', count: 1 }]);
  });

  test('with a host find a resource that says nothing about its own, as in NDJSON', async () => {
    const practitioner = { resourceType: 'Practitioner', id: 'd' };
    const absolute = observation('o', { performer: [{ reference: 'https://own.example/fhir/Practitioner/d' }] });
    const { plan: result, text } = await bodyOf([patient, practitioner, absolute]);
    expect(result.dangling).toEqual([]);
    expect(text).toContain(`"reference":"Practitioner/${targetId('Practitioner', 'd')}"`);
  });

  test('of two members to one organization do not meet in one id', async () => {
    const resources = sources([patient, { resourceType: 'Organization', id: 'shared' }]);
    const ids = async (memberKey: string) =>
      (await planned(resources, { policy: { memberKey } })).resources.map((resource) => resource.targetId);
    const [one, other] = [await ids('member-1'), await ids('member-2')];
    expect(one.filter((id) => other.includes(id))).toEqual([]);
  });
});

describe('what is withheld', () => {
  test('has a reason, no text, and a place behind what is sent', async () => {
    const result = await planned(
      sources([
        { resourceType: 'Claim', id: 'c' },
        { resourceType: 'Provenance', id: 'v' },
        patient,
        observation('o'),
        { resourceType: 'Goal', id: 'g' },
        { resourceType: 'Device', id: 'd', note: 'x'.repeat(5000) },
      ]),
      {
        policy: { maxBytes: 4000 },
        alreadySent: () => new Map([[asResourceKey(targetId('Observation', 'o')), {}]]),
        validate: ({ resourceType }) =>
          resourceType === 'Goal'
            ? [{ severity: 'error', code: 'required', expression: ['Goal.description'] }]
            : [{ severity: 'warning', code: 'business-rule' }],
      },
    );
    expect(reasons(result)).toEqual({
      Patient: 'sent',
      Claim: 'not-clinical',
      Provenance: 'type-not-accepted',
      Observation: 'already-sent',
      Goal: 'invalid',
      Device: 'too-large',
    });
    expect(result.resources.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(result.resources.find(({ resourceType }) => resourceType === 'Goal')?.fate).toMatchObject({
      detail: 'required Goal.description',
    });
    expect(result.counts).toEqual({
      resources: 6,
      planned: 1,
      repeats: 0,
      withheld: 5,
      bundles: 1,
      withheldByReason: { 'not-clinical': 1, 'type-not-accepted': 1, 'already-sent': 1, invalid: 1, 'too-large': 1 },
    });
    expect(result.warnings).toEqual({ 'business-rule': 3 });
  });

  test('as already sent is no dangling reference', async () => {
    const result = await planned(sources([patient, observation('o')]), {
      alreadySent: () => new Map([[asResourceKey(targetId('Patient', 'p')), {}]]),
    });
    expect(result.dangling).toEqual([]);
    expect(result.counts.planned).toBe(1);
  });

  test('as already sent is referred to by the id that it has there, where that is not ours', async () => {
    const sentBefore = new Map([[asResourceKey(targetId('Patient', 'p')), { storedId: 'theirs' }]]);
    const result = await planned(sources([patient, observation('o')]), { alreadySent: () => sentBefore });
    expect(result.resources[0]?.json).toContain('"reference":"Patient/theirs"');
    expect(result.resources[1]).toMatchObject({ resourceType: 'Patient', storedId: 'theirs', json: '' });
  });

  test('can be everything, and then nothing is planned', async () => {
    const result = await plan(sources([patient]), { policy: { acceptedTypes: ['Goal'] } });
    expect(result).toEqual({ kind: 'refused', code: 'NOTHING_TO_SEND', detail: 'Withheld: 1 type-not-accepted.' });
  });

  test('by validation is what the policy says', async () => {
    const broken = sources([patient, observation('o')]);
    expect(await plan(broken, { validate: invalid('Observation'), policy: { validation: 'refuse' } })).toEqual({
      kind: 'refused',
      code: 'VALIDATION_REFUSED',
      detail: '1 of 2 resources: 1 required.',
    });
    expect((await planned(broken, { validate: invalid('Observation') })).counts).toMatchObject({
      planned: 1,
      withheld: 1,
    });
    const warned = await planned(broken, { validate: invalid('Observation'), policy: { validation: 'warn' } });
    expect(warned.counts).toMatchObject({ planned: 2, withheld: 0 });
    expect(warned.warnings).toEqual({ required: 1 });
  });

  test('is never the Patient alone for being invalid: then the record is refused', async () => {
    expect(await plan(sources([patient, observation('o')]), { validate: invalid('Patient') })).toMatchObject({
      code: 'VALIDATION_REFUSED',
    });
  });
});

describe('the body of a bundle', () => {
  test('is put together from the stored texts, with decimals as they were written', async () => {
    const exact = parseExact('{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.10}}') as FhirResource;
    const result = await planned(sources([patient, exact]));
    const body = bundleBody(result, [1]);
    const id = targetId('Observation', 'o');
    expect(body).toBe(
      `{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"Observation/${id}",` +
        `"resource":{"resourceType":"Observation","id":"${id}","valueQuantity":{"value":1.10}},` +
        '"request":{"method":"POST","url":"Observation"}}]}',
    );
    expect(bundleBody(JSON.parse(JSON.stringify(result)) as Plan, [1])).toBe(body);
    expect(result.resources[1]?.contentHash).toBe(
      keyedHash('content', `{"id":"${id}","resourceType":"Observation","valueQuantity":{"value":1.10}}`),
    );
  });

  test('cannot hold what the plan withholds', async () => {
    const result = await planned(sources([patient, { resourceType: 'Claim', id: 'c' }]));
    expect(() => bundleBody(result, [1])).toThrow(RangeError);
    expect(() => bundleBody(result, [2])).toThrow(RangeError);
  });
});

test('a resource without an id gets the same one every time, from its full URL or its content', async () => {
  const [self, ...rest] = sources([patient, { resourceType: 'Goal', note: 'a' }, { resourceType: 'Goal', note: 'a' }]);
  const byUrl = { ...rest[0]!, fullUrl: 'urn:uuid:6f9619ff-8b86-4011-b42d-00cf4fc964ff' };
  const first = await planned([self!, byUrl]);
  expect(first.resources[1]?.targetId).toBe(targetId('Goal', '6f9619ff-8b86-4011-b42d-00cf4fc964ff'));
  expect((await planned([self!, ...rest])).counts).toMatchObject({ planned: 2, repeats: 1 });
});

function weighed(text: string): FhirResource {
  return observation('o', { valueQuantity: parseExact(`{"value":${text}}`) });
}

async function refusal(...resources: FhirResource[]) {
  return plan(sources(resources));
}

/** A validator that finds an error in every resource of one type. */
function invalid(type: string): Validate {
  return ({ resourceType }) => (resourceType === type ? [{ severity: 'error', code: 'required' }] : []);
}

async function bodyOf(resources: FhirResource[], fullUrls: readonly (string | undefined)[] = []) {
  const withUrls = sources(resources).map((source, index) => {
    const fullUrl = fullUrls[index];
    return fullUrl === undefined ? source : { ...source, fullUrl };
  });
  const result = await planned(withUrls);
  return { plan: result, text: result.resources.map(({ json }) => json).join('\n') };
}

/** What became of each type. */
function reasons({ resources }: Plan): Record<string, string> {
  return Object.fromEntries(
    resources.map(({ resourceType, fate, json }) => [
      resourceType,
      fate.kind === 'send' ? 'sent' : `${fate.reason}${json}`,
    ]),
  );
}
