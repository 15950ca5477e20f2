import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterEach, expect, test } from 'vitest';

import { deliverBatch } from '../../../adapters/delivery/deliver-batch.ts';
import { folderTarget } from '../../../adapters/delivery/folder-target.ts';
import { storedBatch, type StoredBatch, type TestRow } from '../../support/stored-batch.ts';

let batch: StoredBatch;
afterEach(() => batch.close());

const rows: readonly TestRow[] = [
  {
    rowId: 'row-b',
    record: [
      { resourceType: 'Observation', id: 'o2', valueQuantity: { value: 1 } },
      { resourceType: 'Patient', id: 'p-b' },
    ],
    remarks: [
      { kind: 'server-outcome', outcome: { resourceType: 'OperationOutcome', id: 'theirs', issue: [{ code: 'x' }] } },
      { kind: 'reference-not-readable', reference: 'Practitioner/9' },
    ],
    dropped: { Coverage: 3 },
  },
  {
    rowId: '=row,"a"',
    record: [
      { resourceType: 'Observation', id: 'o1' },
      { resourceType: 'Patient', id: 'p-a' },
    ],
  },
  { rowId: 'row-c', events: [{ kind: 'closed', state: 'refused', reason: 'AUTHORIZATION_DENIED' }] },
];

async function deliver(folder: string): Promise<Readonly<Record<string, string>>> {
  const { ledger, objects } = batch.dataDir;
  const target = folderTarget(folder);
  await deliverBatch({ batchId: batch.batchId, target, ledger, objects, onMember: () => undefined });
  return sumsOf(folder);
}

async function sumsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).toSorted();
  const sums = names.map(async (name) => [name, sha256(await readFile(join(folder, name)))] as const);
  return Object.fromEntries(await Promise.all(sums));
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function linesOf(folder: string, name: string): Promise<readonly Record<string, unknown>[]> {
  const text = gunzipSync(await readFile(join(folder, name))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Manifest {
  readonly output: readonly { readonly url: string; readonly bytes: number; readonly contentSha256: string }[];
  readonly extension: object;
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
}

test('a delivery is a file per type in the order of the roster, with a manifest that says what is in each', async () => {
  batch = await storedBatch(rows);
  const folder = join(batch.dir, 'out');
  const sums = await deliver(folder);
  expect(Object.keys(sums)).toEqual([
    'Observation.ndjson.gz',
    'Patient.ndjson.gz',
    'attribution.ndjson.gz',
    'manifest.json',
    'members.csv',
    'outcomes.ndjson.gz',
  ]);
  expect((await linesOf(folder, 'Observation.ndjson.gz')).map(({ id }) => id)).toEqual(['o2', 'o1']);
  const manifest = await manifestOf(folder);
  expect(manifest).toMatchObject({
    request: 'https://fhir.plan-a.example/r4',
    requiresAccessToken: false,
    output: [
      { type: 'Observation', url: 'Observation.ndjson.gz', count: 2, sha256: sums['Observation.ndjson.gz'] },
      { type: 'Patient', url: 'Patient.ndjson.gz', count: 2, sha256: sums['Patient.ndjson.gz'] },
    ],
    deleted: [],
    error: [{ type: 'OperationOutcome', url: 'outcomes.ndjson.gz', count: 4, sha256: sums['outcomes.ndjson.gz'] }],
    extension: { complete: true, rows: { total: 3, ended: 3, stored: 2 }, members: { count: 3 } },
  });
  for (const { url, bytes, contentSha256 } of manifest.output) {
    const file = await readFile(join(folder, url));
    expect(file.length).toBe(bytes);
    expect(sha256(gunzipSync(file))).toBe(contentSha256);
    expect([...file.subarray(4, 8), file[9]], 'no time, no operating system').toEqual([0, 0, 0, 0, 255]);
  }
});

test('every line is attributed to its row, and every row has its line in members.csv, harmless to spreadsheets', async () => {
  batch = await storedBatch(rows);
  const folder = join(batch.dir, 'out');
  await deliver(folder);
  const attribution = await linesOf(folder, 'attribution.ndjson.gz');
  const observations = attribution.filter(({ resourceType }) => resourceType === 'Observation');
  expect(observations.map(({ id, line, row_id }) => [id, line, row_id])).toEqual([
    ['o2', 1, 'row-b'],
    ['o1', 2, '=row,"a"'],
  ]);
  const [header, first, second, third] = (await readFile(join(folder, 'members.csv'), 'utf8')).split('\r\n');
  expect(header).toMatch(/^row_id,line,transfer_id,state,reason,column,patient_id,source,resources,/);
  expect(first).toMatch(
    /^row-b,2,\w+,stored,,,p-b,https:\/\/fhir.plan-a.example\/r4,2,Observation=1;Patient=1,0,3,0,3,/,
  );
  expect(second).toMatch(/^"'=row,""a""",3,\w+,stored,,,p-a,/);
  expect(third).toMatch(/^row-c,4,\w+,refused,AUTHORIZATION_DENIED,,,/);
});

test('what was found is told as OperationOutcomes that name the row: the server keeps its own words', async () => {
  batch = await storedBatch(rows);
  const folder = join(batch.dir, 'out');
  await deliver(folder);
  const outcomes = await linesOf(folder, 'outcomes.ndjson.gz');
  const told = outcomes.map(({ extension, issue }) => {
    const [row, , found] = extension as { valueString?: string; valueCode?: string }[];
    const [first] = issue as { diagnostics?: string }[];
    return [row?.valueString, found?.valueCode, first?.diagnostics];
  });
  expect(told).toEqual([
    ['row-b', 'not-kept', '3 of Coverage came and were not kept: the type is not shared.'],
    ['row-b', 'server-outcome', undefined],
    ['row-b', 'reference-not-readable', 'Practitioner/9 is referred to and could not be read.'],
    ['row-c', 'row-not-stored', 'The row ended as refused: AUTHORIZATION_DENIED.'],
  ]);
  expect(outcomes[1]).toMatchObject({ id: 'theirs', issue: [{ code: 'x' }] });
});

test('the same batch gives the same bytes, in the place of an earlier delivery or elsewhere', async () => {
  batch = await storedBatch(rows);
  const first = await deliver(join(batch.dir, 'out'));
  expect(await deliver(join(batch.dir, 'out'))).toEqual(first);
  expect(await deliver(join(batch.dir, 'elsewhere/too'))).toEqual(first);
  expect(await readdir(join(batch.dir, 'elsewhere'))).toEqual(['too']);
});

test('a batch that is not at its end is delivered as far as it is, and the manifest says so', async () => {
  batch = await storedBatch([...rows, { rowId: 'row-d' }]);
  const folder = join(batch.dir, 'out');
  await deliver(folder);
  const manifest = await manifestOf(folder);
  expect(manifest.extension).toMatchObject({ complete: false, rows: { total: 4, ended: 3, stored: 2 } });
  const outcomes = await linesOf(folder, 'outcomes.ndjson.gz');
  expect(JSON.stringify(outcomes.at(-1))).toContain('row-open');
});

test('a delivery that breaks leaves the earlier one as it was and nothing beside it', async () => {
  batch = await storedBatch(rows);
  const folder = join(batch.dir, 'out/delivery');
  const before = await deliver(folder);
  const { ledger, objects } = batch.dataDir;
  const broken = {
    ...objects,
    get: (key: never) => (String(key).startsWith('record/') ? Promise.reject(new Error('disk')) : objects.get(key)),
  };
  const target = folderTarget(folder);
  const again = deliverBatch({ batchId: batch.batchId, target, ledger, objects: broken, onMember: () => undefined });
  await expect(again).rejects.toThrow('disk');
  expect(await sumsOf(folder)).toEqual(before);
  expect(await readdir(join(batch.dir, 'out'))).toEqual(['delivery']);
});

test('what a process that died left behind is removed, and an earlier delivery that it had set aside gets its name back', async () => {
  batch = await storedBatch(rows);
  const folder = join(batch.dir, 'out/delivery');
  const before = await deliver(folder);
  // No process has this id: Linux gives none above 4194304.
  const left = join(batch.dir, 'out/.delivery.partial-4999999-x');
  await mkdir(left);
  await writeFile(join(left, 'Patient.ndjson.gz'), 'half');
  await rename(folder, join(batch.dir, 'out/.delivery.previous'));
  const unfinished = await folderTarget(folder).begin();
  expect(await sumsOf(folder)).toEqual(before);
  await unfinished.discard();
  expect(await readdir(join(batch.dir, 'out'))).toEqual(['delivery']);
});

test('what an earlier process with the id of this one left behind is removed; what this one is writing is not', async () => {
  batch = await storedBatch(rows);
  const parent = join(batch.dir, 'out');
  await mkdir(join(parent, `.delivery.partial-${process.pid}-before`), { recursive: true });
  const target = folderTarget(join(parent, 'delivery'));
  const first = await target.begin();
  const second = await target.begin();
  expect(await readdir(parent)).toHaveLength(2);
  await first.discard();
  await second.discard();
  expect(await readdir(parent)).toEqual([]);
});

test('a folder that holds something else than a delivery is refused and left as it is', async () => {
  batch = await storedBatch(rows);
  const folder = join(batch.dir, 'out');
  await mkdir(folder);
  await writeFile(join(folder, 'thesis.txt'), 'mine');
  await expect(deliver(folder)).rejects.toMatchObject({ code: 'DELIVERY_FOLDER_TAKEN' });
  expect(await readFile(join(folder, 'thesis.txt'), 'utf8')).toBe('mine');
});
