import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { loadPayload } from '../../../adapters/source/load-payload.ts';
import { CarryoverError } from '../../../schemas/failures.ts';

const patient = '{"resourceType":"Patient","id":"p"}';
const weight = '{"resourceType":"Observation","id":"o","valueQuantity":{"value":72.50}}';
const bundle = (type: string, ...resources: string[]) =>
  `{"resourceType":"Bundle","type":"${type}","entry":[${resources
    .map((resource, index) => `{"fullUrl":"urn:uuid:${index}","resource":${resource}}`)
    .join(',')}]}`;
const page = (link: string) =>
  `{"resourceType":"Bundle","type":"searchset","link":[${link}],"entry":[{"resource":${patient}}]}`;

let dir: string;
let sourceDir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'source-'));
  sourceDir = path.join(dir, 'records');
  await mkdir(sourceDir);
});
afterEach(async () => rm(dir, { recursive: true }));

describe("a member's record", () => {
  test.each(['collection', 'transaction', 'searchset', 'batch'])('may be a Bundle of type %s', async (type) => {
    await write('PM-1.json', bundle(type, patient, weight));
    const { resources, files } = await load();
    expect(files).toBe(1);
    expect(resources.map(({ resource, fullUrl, place }) => [resource.resourceType, fullUrl, place])).toEqual([
      ['Patient', 'urn:uuid:0', { file: 1, entry: 1 }],
      ['Observation', 'urn:uuid:1', { file: 1, entry: 2 }],
    ]);
  });

  test('may be NDJSON, with blank lines and a byte order mark, and keeps its decimals', async () => {
    await write('PM-1.ndjson', `\ufeff${patient}\r\n\n${weight}`);
    const { resources } = await load();
    expect(resources.map(({ place }) => place)).toEqual([
      { file: 1, line: 1 },
      { file: 1, line: 3 },
    ]);
    expect(JSON.stringify(resources[1]?.resource)).toBe(weight);
  });

  test('may be a folder of all of these, compressed or not, in the order of the names', async () => {
    await write('PM-1/b.ndjson.gz', gzipSync(weight));
    await write('PM-1/a.json', bundle('collection', patient));
    await write('PM-1/c.json', gzipSync('{"resourceType":"Goal"}'));
    await write('PM-1/.DS_Store', 'x');
    const { resources, files } = await load();
    expect(files).toBe(3);
    expect(resources.map(({ resource, place }) => [resource.resourceType, place.file])).toEqual([
      ['Patient', 1],
      ['Observation', 2],
      ['Goal', 3],
    ]);
  });

  test.each(['PM-1.json.gz', 'PM-1.ndjson.gz'])('is found by the previous member id as %s', async (name) => {
    await write(name, gzipSync(patient));
    expect((await load()).resources).toHaveLength(1);
  });

  test('is the file that the roster names, and no other', async () => {
    await write('PM-1.json', patient);
    await write('inbox/ann.json', bundle('collection', patient, weight));
    expect((await load('inbox/ann.json')).resources).toHaveLength(2);
  });

  test('may be the pages of a search, if the last one is among them', async () => {
    await write('PM-1/1.json', page('{"relation":"next","url":"https://own.example/2"}'));
    expect(await refusal()).toMatchObject({ code: 'SOURCE_INVALID' });
    await write('PM-1/2.json', page('{"relation":"self","url":"https://own.example/2"}'));
    expect((await load()).resources).toHaveLength(2);
  });
});

describe('a record is not found', () => {
  test('where there is none, or only an empty folder', async () => {
    expect(await refusal()).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await mkdir(path.join(sourceDir, 'PM-1'));
    expect(await refusal()).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(await refusal('nowhere.json')).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  test('where the source directory is not there', async () => {
    await rm(sourceDir, { recursive: true });
    expect(await refusal()).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  test('outside the source directory: by path, by link, by a folder beside it, by member id', async () => {
    const outside = path.join(dir, 'outside.json');
    await writeFile(outside, patient);
    await mkdir(path.join(dir, 'records-2'));
    await writeFile(path.join(dir, 'records-2', 'x.json'), patient);
    await symlink(outside, path.join(sourceDir, 'link.json'));
    await symlink(path.join(dir, 'records-2'), path.join(sourceDir, 'folder'));
    await mkdir(path.join(sourceDir, 'mixed'));
    await symlink(outside, path.join(sourceDir, 'mixed', 'link.json'));
    const sources = ['../outside.json', outside, 'link.json', 'folder', 'mixed', '../records-2/x.json', '.', ''];
    const bySource = await Promise.all(sources.map(async (source) => (await refusal(source)).code));
    expect(bySource).toEqual(sources.map(() => 'SOURCE_NOT_FOUND'));
    const ids = ['../outside', '..', '.', ''];
    const byId = await Promise.all(ids.map(async (id) => (await refusal(undefined, id)).code));
    expect(byId).toEqual(ids.map(() => 'SOURCE_NOT_FOUND'));
  });
});

describe('a record is invalid, and the message says where but not what,', () => {
  test.each([
    ['is no JSON', 'PM-1.json', '{"resourceType":"Patient",\n"name": Secret}', 'file 1'],
    ['ends in the middle of JSON', 'PM-1.json', '{"resourceType":"Patient",\n"name": "Secret', 'line 2 of file 1'],
    ['is no resource', 'PM-1.json', '["Secret"]', 'file 1'],
    ['has a bad line', 'PM-1.ndjson', `${patient}\n{"Secret"}`, 'line 2 of file 1'],
    ['has a line that is no resource', 'PM-1.ndjson', `${patient}\n"Secret"`, 'line 2 of file 1'],
    ['has a resource whose id is a number', 'PM-1.ndjson', '{"resourceType":"Patient","id":7}', 'line 1 of file 1'],
    [
      'has an entry without a resource',
      'PM-1.json',
      '{"resourceType":"Bundle","type":"collection","entry":[{"x":"Secret"}]}',
      'entry 1 of file 1',
    ],
    ['is a Bundle of another type', 'PM-1.json', bundle('document', patient), 'file 1'],
    ['is not UTF-8', 'PM-1.json', Buffer.from('{"resourceType":"Zoë"}', 'latin1'), 'File 1'],
    ['is cut off', 'PM-1.json', gzipSync(patient).subarray(0, -9), 'File 1'],
    ['is damaged', 'PM-1.json', Buffer.concat([gzipSync(patient).subarray(0, 12), Buffer.alloc(30, 9)]), 'File 1'],
    ['is of no known kind', 'PM-1/Secret.txt', patient, 'File 1'],
    ['has a folder in its folder', 'PM-1/Secret/a.json', patient, 'folder'],
  ])('where it %s', async (_, name, content, where) => {
    await write(name, content);
    const error = await refusal();
    expect(error.code).toBe('SOURCE_INVALID');
    expect(error.detail).toContain(where);
    expect(`${error.message} ${JSON.stringify(error.place)} ${String(error.cause)}`).not.toMatch(/Secret|Zo|PM-1/);
  });

  test('where two files could be meant', async () => {
    await write('PM-1.json', patient);
    await write('PM-1.ndjson', patient);
    expect(await refusal()).toMatchObject({ code: 'SOURCE_INVALID' });
  });
});

async function write(name: string, content: string | Uint8Array): Promise<void> {
  const file = path.join(sourceDir, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function load(source?: string, previousMemberId = 'PM-1') {
  return loadPayload({ sourceDir, record: { previousMemberId, ...(source !== undefined && { source }) } });
}

async function refusal(source?: string, previousMemberId?: string): Promise<CarryoverError> {
  const error: unknown = await load(source, previousMemberId).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CarryoverError)) throw new Error('The record was not refused.', { cause: error });
  return error;
}
