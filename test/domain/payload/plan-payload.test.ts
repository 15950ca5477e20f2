import { describe, expect, test } from 'vitest';

import { bundleBody } from '../../../domain/payload/bundle-body.ts';
import { parseExact } from '../../../domain/payload/exact-json.ts';
import type { Validate } from '../../../domain/payload/validation-gate.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';
import { asResourceKey } from '../../../schemas/ids.ts';
import type { Plan } from '../../../schemas/plan.ts';
import { keyedHash, observation, patient, plan, planned, sources, targetId } from './planning.ts';

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

/** A validator that finds an error in every resource of one type. */
function invalid(type: string): Validate {
  return ({ resourceType }) => (resourceType === type ? [{ severity: 'error', code: 'required' }] : []);
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
