import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CryptoKey } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { openHttpPools } from '../../../adapters/http/http-pool.ts';
import { loadSourceServer } from '../../../adapters/source/server/load-source-server.ts';
import { serverSource } from '../../../adapters/source/server/server-source.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import { writeDescription, writeKey, writeSecret } from '../../support/source-files.ts';
import {
  openFhirSource,
  type FhirSource,
  type KeptRecord,
  type SourceServerWishes,
} from '../../support/source-server.ts';
import { json } from '../http/support/http-server.ts';

const about = { reference: 'Patient/p1' };
const record: KeptRecord = {
  identifier: 'M,1',
  patientId: 'p1',
  resources: [
    { resourceType: 'Patient', id: 'p1' },
    { resourceType: 'Observation', id: 'o1', subject: about, valueQuantity: { value: { $decimal: '1.10' } } },
    { resourceType: 'Observation', id: 'o2', subject: about, performer: [{ reference: 'Practitioner/d1' }] },
    { resourceType: 'Practitioner', id: 'd1' },
    { resourceType: 'Practitioner', id: 'd2' },
    { resourceType: 'Condition', id: 'c1', subject: about },
  ],
};
const row = { previousMemberId: 'M,1' };
const at = (reference: string) => ({ reference });

let dir: string;
let publicKey: CryptoKey;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'source-server-'));
  publicKey = await writeKey(dir);
  await writeKey(dir, 'other.pem');
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(() => rm(dir, { recursive: true }));

/** A server, its description, and what the source waited. */
async function open(wishes: Partial<SourceServerWishes> = {}, changes: Partial<SourceServer> = {}) {
  const fhir = await openFhirSource({ records: [record], publicKey, ...wishes });
  closers.push(() => fhir.close());
  const server = { ...(await loadSourceServer(await writeDescription(dir, fhir))), ...changes };
  const pools = openHttpPools({ connections: 2, environment: 'sandbox' });
  closers.push(() => pools.close());
  const waits: number[] = [];
  const time = { now: Date.now() };
  const wait = (ms: number) => Promise.resolve(waits.push(ms));
  return { fhir, waits, time, source: serverSource({ server, pools, wait, clock: () => time.now }) };
}

const names = ({ resources }: { resources: readonly { resource: { resourceType: string; id?: string } }[] }) =>
  resources.map(({ resource }) => `${resource.resourceType}/${resource.id ?? ''}`);
const fhirUrls = ({ seen }: FhirSource) => seen.map(({ url }) => url).filter((url) => url !== '/token');
const noKey = { publicKey: undefined };

describe('a record from a FHIR server', () => {
  test('is everything about the one Patient with the identifier, page by page, numbers as they are written', async () => {
    const { source, fhir } = await open({ pageSize: 2 });
    const payload = await source.load(row);
    expect(names(payload)).toEqual(record.resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
    expect(JSON.stringify(payload.resources[1]?.resource)).toContain('"value":1.10');
    expect(payload.files).toBe(3);
    expect(payload.resources[2]).toMatchObject({
      fullUrl: `${fhir.fhirBaseUrl}/Observation/o2`,
      place: { file: 2, entry: 1 },
    });
    // A comma separates values in a search, so it is escaped.
    expect(new URL(fhirUrls(fhir)[0] ?? '', fhir.origin).searchParams.get('identifier')).toBe('urn:plan:members|M\\,1');
  });

  test('by search is the Patient, each type by patient, and what those refer to', async () => {
    const changes = { retrieval: 'search', resourceTypes: ['Observation', 'Condition', 'Practitioner'] } as const;
    const { source, fhir } = await open({ pageSize: 1 }, changes);
    const expected = ['Patient/p1', 'Observation/o1', 'Observation/o2', 'Condition/c1', 'Practitioner/d1'];
    expect(names(await source.load(row))).toEqual(expected);
    expect(fhirUrls(fhir)).toContain('/fhir/Observation?patient=p1&_count=100');
  });

  test('by search brings a PractitionerRole that it refers to, and whom that refers to, but none that nobody refers to', async () => {
    const resources = [
      ...record.resources,
      { resourceType: 'Encounter', id: 'e1', subject: about, participant: [{ individual: at('PractitionerRole/r1') }] },
      {
        resourceType: 'PractitionerRole',
        id: 'r1',
        practitioner: at('Practitioner/d2'),
        location: [at('Location/l1')],
      },
      { resourceType: 'PractitionerRole', id: 'r2', practitioner: at('Practitioner/d1') },
      { resourceType: 'Location', id: 'l1', managingOrganization: at('Organization/g1') },
      { resourceType: 'Organization', id: 'g1' },
    ];
    const { source, fhir } = await open({ records: [{ ...record, resources }] }, { retrieval: 'search' });
    const brought = names(await source.load(row)).filter((name) => !/^(Patient|Observation|Condition)/.test(name));
    expect(brought).toEqual([
      'Encounter/e1',
      'PractitionerRole/r1',
      'Practitioner/d1',
      'Practitioner/d2',
      'Location/l1',
      'Organization/g1',
    ]);
    // It has no search parameter `patient`.
    expect(fhirUrls(fhir).filter((url) => url.includes('PractitionerRole'))).toEqual(['/fhir/PractitionerRole/r1']);
  });

  test('of a Patient whom the source column names needs no search', async () => {
    const { source, fhir } = await open({}, { patient: 'reference' });
    await source.load({ ...row, source: 'Patient/p1' });
    expect(fhirUrls(fhir)).toEqual(['/fhir/Patient/p1/$everything?_count=100']);
    for (const wrong of ['Patient/', 'Patient/..', 'Patient/p1/x', 'members/p1.json'])
      await expect(source.load({ ...row, source: wrong })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await expect(source.load({ ...row, source: 'Patient/p9' })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  test('is not found where no Patient has the identifier, and invalid with a count where several have it', async () => {
    const twin = { identifier: 'M,1', patientId: 'p2', resources: [{ resourceType: 'Patient', id: 'p2' }] };
    const { source } = await open({ records: [record, twin] });
    await expect(source.load({ previousMemberId: 'M2' })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    const several = { code: 'SOURCE_INVALID', detail: '2 Patients have the member id.' };
    await expect(source.load(row)).rejects.toMatchObject(several);
  });

  test('with another Patient than asked for is a hard stop', async () => {
    const wrong = { ...record, resources: [{ resourceType: 'Patient', id: 'p2' }] };
    const { source } = await open({ records: [wrong] }, { patient: 'reference' });
    const loaded = source.load({ ...row, source: 'Patient/p1' });
    await expect(loaded).rejects.toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
  });

  test('never follows a next link to another origin, nor one in a circle, nor more pages than allowed', async () => {
    const bundle = (url: string) => ({ resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'next', url }] });
    const away = await open({ instead: (_, answer) => (json(answer, 200, bundle('http://127.0.0.1:9/x')), true) });
    await expect(away.source.load(row)).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
    const circle = await open({ instead: (_, answer) => (json(answer, 200, bundle('Patient?a=1')), true) });
    await expect(circle.source.load(row)).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
    expect(fhirUrls(circle.fhir)).toHaveLength(2);
    const many = await open({ pageSize: 1 }, { maxPages: 3 });
    await expect(many.source.load(row)).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
  });
});

describe('a source server that is not at its best', () => {
  test('is asked again after the time that it names, and the record goes on at the same page', async () => {
    const { source, fhir, waits } = await open({
      pageSize: 2,
      instead: (_, answer, served) => served === 3 && (json(answer, 429, '', { 'retry-after': '7' }), true),
    });
    expect((await source.load(row)).resources).toHaveLength(6);
    expect(waits).toEqual([7000]);
    expect(fhirUrls(fhir)).toHaveLength(5);
  });

  test('hands a long wait on to the caller, and gives up on errors that stay', async () => {
    const long = await open({
      instead: (_, answer) => (json(answer, 429, '', { 'retry-after': '120' }), true),
    });
    const handedOn = { code: 'SOURCE_UNREACHABLE', retryAfterMs: 120_000 };
    await expect(long.source.load(row)).rejects.toMatchObject(handedOn);
    expect(long.waits).toEqual([]);
    const broken = await open({ instead: (_, answer) => (json(answer, 503, ''), true) });
    await expect(broken.source.load(row)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    expect(broken.waits).toEqual([500, 1000, 2000]);
  });

  test('is unreachable where nobody listens', async () => {
    const { source, fhir } = await open();
    await fhir.close();
    await expect(source.load(row)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });
});

describe('access', () => {
  test('members share one token, also when they ask at once; shortly before its end there is a new one', async () => {
    const { source, fhir, time } = await open({ expiresIn: 300 });
    await Promise.all([source.load(row), source.load(row)]);
    time.now += 269_000;
    await source.load(row);
    expect(fhir.granted).toHaveLength(1);
    time.now += 2_000;
    await source.load(row);
    expect(fhir.granted).toHaveLength(2);
    expect(new Set(fhir.seen.map(({ headers }) => headers.authorization)).size).toBe(3);
  });

  test('a token that ends in the middle of a record is renewed once, and the record goes on', async () => {
    const opened: { fhir?: FhirSource } = {};
    const instead: SourceServerWishes['instead'] = (_, __, served) => {
      if (served === 3) opened.fhir?.revoke();
      return false;
    };
    const { source, fhir } = await open({ pageSize: 2, instead });
    opened.fhir = fhir;
    expect((await source.load(row)).resources).toHaveLength(6);
    expect(fhir.granted).toHaveLength(2);
  });

  test('a server that refuses a fresh token, or the client, ends with SOURCE_AUTH', async () => {
    const refusing = await open({ instead: (_, answer) => (json(answer, 401, ''), true) });
    await expect(refusing.source.load(row)).rejects.toMatchObject({ code: 'SOURCE_AUTH' });
    expect(fhirUrls(refusing.fhir)).toHaveLength(2);
    const forbidding = await open({ instead: (_, answer) => (json(answer, 403, ''), true) });
    await expect(forbidding.source.load(row)).rejects.toMatchObject({ code: 'SOURCE_AUTH' });
    const wrongKey = await open({}, { privateKeyFile: join(dir, 'other.pem') });
    await expect(wrongKey.source.load(row)).rejects.toMatchObject({ code: 'SOURCE_AUTH' });
    expect(fhirUrls(wrongKey.fhir)).toEqual([]);
  });

  test('a key that others can read, is missing or is of another kind is refused before anything is sent', async () => {
    await writeFile(join(dir, 'open.pem'), 'x', { mode: 0o644 });
    await writeKey(dir, 'rsa.pem', 'RS384');
    await writeSecret(join(dir, 'none.pem'), 'no key');
    for (const name of ['open.pem', 'missing.pem', 'rsa.pem', 'none.pem']) {
      const { source, fhir } = await open({}, { privateKeyFile: join(dir, name) });
      await expect(source.load(row), name).rejects.toMatchObject({
        code: 'SOURCE_AUTH',
        place: { column: 'private_key_file' },
      });
      expect(fhir.seen).toEqual([]);
    }
  });

  test('an RSA key signs for RS384', async () => {
    const rsaKey = await writeKey(dir, 'rsa.pem', 'RS384');
    const { source } = await open({ publicKey: rsaKey }, { algorithm: 'RS384', privateKeyFile: join(dir, 'rsa.pem') });
    expect((await source.load(row)).resources).toHaveLength(6);
  });

  test('a bearer token comes from its file, and is read there anew after a 401', async () => {
    const tokenFile = join(dir, 'token');
    await writeSecret(tokenFile, 'first\n');
    const { source, fhir } = await open(
      {
        ...noKey,
        instead: ({ headers }, answer, served) => {
          if (served === 2) writeFileSync(tokenFile, 'second');
          return served >= 2 && headers.authorization === 'Bearer first' && (json(answer, 401, ''), true);
        },
      },
      { auth: 'bearer', tokenFile },
    );
    expect((await source.load(row)).resources).toHaveLength(6);
    const authorizations = ['Bearer first', 'Bearer first', 'Bearer second'];
    expect(fhir.seen.map(({ headers }) => headers.authorization)).toEqual(authorizations);
  });

  test('without access control no Authorization header is sent', async () => {
    const { source, fhir } = await open(noKey, { auth: 'none' });
    expect((await source.load(row)).resources).toHaveLength(6);
    expect(fhir.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });
});
