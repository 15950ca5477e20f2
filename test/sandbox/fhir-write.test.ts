import { createHash } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { JournalRecord } from '../../sandbox/journal.ts';
import type { StoredResource } from '../../sandbox/store.ts';
import {
  HOLDER,
  type Json,
  admin,
  bundleOf,
  observation,
  post,
  sandboxForTests,
  statusesOf,
  writeToken,
} from './started-sandbox.ts';

const started = sandboxForTests();
const DEFAULTS = {
  createdStatus: 200,
  maxBundleEntries: 20,
  bundleTooLargeStatus: 400,
  uncreatableStatus: 405,
  repeatedId: 'duplicate',
  idAssignment: 'caller',
  locationForm: 'relative',
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let holder = HOLDER;
let token = '';
let members = 0;
beforeEach(async () => {
  members += 1;
  holder = { ...HOLDER, previousMemberId: `prev-${members}` };
  token = await writeToken(started.at, holder);
});
afterEach(() => admin(started.at, 'PUT', '/switches', DEFAULTS));

const ofMember = (path: string): string => `${path}?previousMemberId=${holder.previousMemberId}`;
const journal = (): Promise<JournalRecord[]> => admin<JournalRecord[]>(started.at, 'GET', ofMember('/journal'));
const stored = (): Promise<StoredResource[]> => admin<StoredResource[]>(started.at, 'GET', ofMember('/store'));
const findings = async (): Promise<unknown[]> =>
  (await admin(started.at, 'GET', ofMember('/findings'))).map((finding) => finding['kind']);
const contentOf = async (type: string, id: string): Promise<string> =>
  (await fetch(`${started.at.adminUrl}/store/${type}/${id}`)).text();
const uniqueId = (name: string): string => `${name}-${members}`;

describe('one resource', () => {
  test('is stored under the id of the caller and answered with 200, Location and ETag', async () => {
    const id = uniqueId('single');
    const { response, json } = await post(started.at, token, '/Observation', observation(id));
    expect(response.status).toBe(200);
    expect(response.headers.get('location')).toBe(`Observation/${id}/_history/1`);
    expect(response.headers.get('etag')).toBe('W/"1"');
    expect(json).toEqual(observation(id));
  });

  test('gets an id from the server where the caller gives none', async () => {
    const { json } = await post(started.at, token, '/Observation', observation());
    expect(json['id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is stored byte for byte, decimals as written', async () => {
    const id = uniqueId('decimal');
    const body = `{ "resourceType":"Observation", "id":"${id}","status":"final","code":{"text":"\\u00e9"},"valueQuantity":{"value":1.10} }`;
    await post(started.at, token, '/Observation', body);
    expect(await contentOf('Observation', id)).toBe(body);
  });

  test.each([
    ['no JSON', '/Observation', 'not json', 400],
    ['a type that is none', '/Nonsense', { resourceType: 'Nonsense' }, 400],
    ['another type than the URL says', '/Patient', observation(), 400],
    ['a required element missing', '/Observation', { resourceType: 'Observation', status: 'final' }, 400],
    [
      'a choice element missing',
      '/Immunization',
      { resourceType: 'Immunization', status: 'completed', vaccineCode: {}, patient: {} },
      400,
    ],
    ['an id that is none', '/Patient', { resourceType: 'Patient', id: 'a b' }, 400],
    ['Provenance', '/Provenance', { resourceType: 'Provenance' }, 405],
    ['Binary', '/Binary', { resourceType: 'Binary', contentType: 'text/plain' }, 405],
  ])('%s is refused with an OperationOutcome and nothing is stored', async (_name, path, body, status) => {
    const { response, json } = await post(started.at, token, path, body);
    expect([response.status, json['resourceType']]).toEqual([status, 'OperationOutcome']);
    expect(await stored()).toEqual([]);
  });

  test('switches change the status of success and of what cannot be created', async () => {
    await admin(started.at, 'PUT', '/switches', {
      createdStatus: 201,
      uncreatableStatus: 404,
      locationForm: 'absolute',
    });
    const created = await post(started.at, token, '/Observation', observation());
    expect(created.response.status).toBe(201);
    expect(created.response.headers.get('location')).toContain(started.at.fhirBaseUrl);
    expect((await post(started.at, token, '/Binary', { resourceType: 'Binary' })).response.status).toBe(404);
  });
});

describe('a bundle', () => {
  test.each(['batch', 'transaction'])('of type %s stores the good entries although one is invalid', async (type) => {
    const ids = [uniqueId(`${type}-a`), uniqueId(`${type}-b`)];
    const resources = [observation(ids[0]), { resourceType: 'Observation' }, observation(ids[1])];
    const { response, json } = await post(started.at, token, '', bundleOf(resources, type));
    expect([response.status, json['type'], statusesOf(json)]).toEqual([200, `${type}-response`, [200, 400, 200]]);
    expect((await stored()).map((resource) => resource.id).toSorted()).toEqual(ids.toSorted());
  });

  test.each([400, 413])('of 21 entries is refused whole with %i', async (bundleTooLargeStatus) => {
    await admin(started.at, 'PUT', '/switches', { bundleTooLargeStatus });
    const resources = Array.from({ length: 21 }, () => observation());
    const { response } = await post(started.at, token, '', bundleOf(resources));
    expect([response.status, await stored(), await findings()]).toEqual([
      bundleTooLargeStatus,
      [],
      ['oversize-bundle'],
    ]);
  });

  test('of 20 entries is taken', async () => {
    const resources = Array.from({ length: 20 }, (_, index) => observation(uniqueId(`twenty-${index}`)));
    await post(started.at, token, '', bundleOf(resources));
    expect(await stored()).toHaveLength(20);
  });

  test('has its urn:uuid references rewritten to the ids that the server gave', async () => {
    const patient = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0';
    const elsewhere = 'urn:uuid:11111111-1111-4111-8111-111111111111';
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl: 'urn:uuid:22222222-2222-4222-8222-222222222222',
          resource: observation(undefined, { subject: { reference: patient }, encounter: { reference: elsewhere } }),
          request: { method: 'POST', url: 'Observation' },
        },
        { fullUrl: patient, resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
      ],
    };
    await post(started.at, token, '', bundle);
    const [kept, person] = await stored();
    const content = JSON.parse(await contentOf('Observation', kept?.id ?? '')) as Json;
    expect(content['subject']).toEqual({ reference: `Patient/${person?.id}` });
    expect(content['encounter']).toEqual({ reference: elsewhere });
    expect(content['id']).toBe(kept?.id);
  });

  test.each([
    ['GET', 403],
    ['PUT', 403],
  ])('entry with method %s is refused with %i', async (method, status) => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ resource: observation('x'), request: { method, url: 'Observation/x' } }],
    };
    expect(statusesOf((await post(started.at, token, '', bundle)).json)).toEqual([status]);
  });

  test.each([[{ resourceType: 'Bundle', type: 'collection', entry: [] }], ['['], [observation()]])(
    'is refused where it is none: case %#',
    async (body) => {
      expect((await post(started.at, token, '', body)).response.status).toBe(400);
    },
  );
});

describe('an id that comes again', () => {
  test.each([
    ['duplicate', 200, 2],
    ['upsert', 200, 1],
    ['forbidden', 403, 1],
    ['conflict', 409, 1],
  ])('with repeatedId %s is answered %i, and the store then holds %i', async (repeatedId, status, count) => {
    await admin(started.at, 'PUT', '/switches', { repeatedId });
    const id = uniqueId(repeatedId);
    await post(started.at, token, '', bundleOf([observation(id)]));
    const { json } = await post(started.at, token, '', bundleOf([observation(id)]));
    expect(statusesOf(json)).toEqual([status]);
    expect(await stored()).toHaveLength(count);
  });

  test('within one bundle is a repeat, too', async () => {
    const id = uniqueId('inside');
    await post(started.at, token, '', bundleOf([observation(id), observation(id)]));
    expect((await stored()).filter((resource) => resource.id !== id)).toHaveLength(1);
  });

  test('is a finding, by id and by content', async () => {
    const id = uniqueId('found');
    await post(started.at, token, '', bundleOf([observation(id)]));
    await post(started.at, token, '', bundleOf([observation(id)]));
    expect(await findings()).toEqual(['repeated-id', 'repeated-content']);
  });
});

test('with idAssignment server the ids of the caller are replaced, and references in the same bundle follow', async () => {
  await admin(started.at, 'PUT', '/switches', { idAssignment: 'server' });
  const patient = { resourceType: 'Patient', id: 'mine' };
  const { json } = await post(
    started.at,
    token,
    '',
    bundleOf([patient, observation('o', { subject: { reference: 'Patient/mine' } })]),
  );
  const [location] = (json['entry'] as { response: { location: string } }[]).map((entry) => entry.response.location);
  const [kept, person] = await stored();
  expect(location).toBe(`Patient/${person?.id}/_history/1`);
  expect(person?.id).not.toBe('mine');
  const content = JSON.parse(await contentOf('Observation', kept?.id ?? '')) as Json;
  expect(content['subject']).toEqual({ reference: `Patient/${person?.id}` });
});

describe('a Patient', () => {
  const patient = { resourceType: 'Patient', name: [{ family: 'EXAMPLE', given: ['Ána'] }], birthDate: '1980-02-03' };
  test.each([
    ['of the approved member', patient, []],
    ['with another birth date', { ...patient, birthDate: '1980-02-04' }, ['wrong-patient']],
    ['with another family name', { ...patient, name: [{ family: 'Other', given: ['Ana'] }] }, ['wrong-patient']],
    ['with another given name', { ...patient, name: [{ family: 'Example', given: ['Eva'] }] }, ['wrong-patient']],
  ])('%s is stored; findings: %#', async (_name, body, expected) => {
    expect((await post(started.at, token, '/Patient', body)).response.status).toBe(200);
    expect(await findings()).toEqual(expected);
  });
});

test('the journal tells request, token fingerprint, body hash and each entry with its canonical hash', async () => {
  const id = uniqueId('journal');
  const body = JSON.stringify(
    bundleOf([{ status: 'final', code: { text: 'x' }, id, resourceType: 'Observation' }, { resourceType: 'Binary' }]),
  );
  await post(started.at, token, '', body);
  const canonical = `{"code":{"text":"x"},"id":"${id}","resourceType":"Observation","status":"final"}`;
  expect(await journal()).toMatchObject([
    {
      origin: 'fhir',
      method: 'POST',
      route: '/r4',
      previousMemberId: holder.previousMemberId,
      tokenFingerprint: sha256(token),
      bodySha256: sha256(body),
      status: 200,
      entries: [
        {
          position: 0,
          resourceType: 'Observation',
          callerId: id,
          contentSha256: sha256(canonical),
          outcome: 'stored',
          status: 200,
          storedId: id,
        },
        { position: 1, resourceType: 'Binary', callerId: null, outcome: 'refused', status: 405, storedId: null },
      ],
    },
  ]);
});

test('an expired token answers 401, stores nothing, and its entries are in the journal as not stored', async () => {
  await admin(started.at, 'PUT', '/clock', { advanceMs: 7_200_000 });
  const { response } = await post(started.at, token, '', bundleOf([observation()]));
  await admin(started.at, 'PUT', '/clock', { offsetMs: 0 });
  expect([response.status, await stored(), await findings()]).toEqual([401, [], ['expired-token-used']]);
  expect((await journal()).flatMap((record) => record.entries.map((entry) => entry.outcome))).toEqual(['not-stored']);
});

test('a token can be a JWT whose exp is its end', async () => {
  const jwt = await writeToken(started.at, holder, { form: 'jwt', lifetimeSeconds: 60 });
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as {
    iat: number;
    exp: number;
  };
  expect(claims.exp - claims.iat).toBe(60);
  expect((await post(started.at, jwt, '/Observation', observation())).response.status).toBe(200);
});
