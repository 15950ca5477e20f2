import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { storedBatch, type StoredBatch, type TestRow } from '../support/stored-batch.ts';
import { shapeOf } from './document-shape.ts';
import { recordBatch } from './recorded-batch.ts';
import { newWorkplace, runCarryover } from './run-carryover.ts';

const stored: TestRow = { rowId: 'row-1', record: [{ resourceType: 'Patient', id: 'patient-canary' }] };
const refused: TestRow = {
  rowId: 'row-2',
  events: [{ kind: 'closed', state: 'refused', reason: 'AUTHORIZATION_DENIED' }],
};
const open: TestRow = { rowId: 'row-3' };

let batch: StoredBatch | undefined;
beforeEach(() => {
  batch = undefined;
});
afterEach(() => batch?.close());

async function deliver(rows: readonly TestRow[], ...args: string[]) {
  batch ??= await storedBatch(rows);
  const ran = await runCarryover(['deliver', 'bbbb', ...args, '--data-dir', batch.dataDir.paths.root]);
  return { ...ran, dir: batch.dir, deliveries: batch.dataDir.paths.deliveries, batchId: batch.batchId };
}

test('a batch at its end is delivered to its place, in files that only its owner can read', async () => {
  const { exitCode, stdout, stderr, deliveries, batchId } = await deliver([stored, refused]);
  const folder = join(deliveries, batchId);
  expect(stderr).toBe('');
  expect(stdout).toBe(`Delivered to ${folder}: 1 resources of 1 members, 1 outcomes; all 2 rows have ended.\n`);
  expect(exitCode).toBe(0);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
});

test('a batch that goes on is delivered as far as it is, exit 4, and the manifest says that it is not complete', async () => {
  batch = await storedBatch([stored, open]);
  const folder = join(batch.dir, 'so-far');
  const { exitCode, stdout } = await deliver([], '--out', folder);
  expect(stdout).toContain('1 of 2 rows have ended');
  expect(exitCode).toBe(4);
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { extension: object };
  expect(manifest.extension).toMatchObject({ complete: false });
});

test('deliver --json keeps its keys, and tells nothing of a record', async () => {
  const { stdout } = await deliver([stored, refused], '--json');
  expect(stdout).not.toContain('canary');
  expect(shapeOf(JSON.parse(stdout))).toEqual({
    batchId: 'string',
    directory: 'string',
    complete: 'boolean',
    recorded: 'number',
    ended: 'number',
    stored: 'number',
    resources: 'number',
    outcomes: 'number',
  });
});

test('--out never replaces the folder of something else', async () => {
  batch = await storedBatch([stored]);
  const mine = join(batch.dir, 'mine');
  await mkdir(mine);
  await writeFile(join(mine, 'thesis.txt'), 'mine');
  const { exitCode, stderr } = await deliver([], '--out', mine);
  expect(exitCode).toBe(7);
  expect(stderr).toContain('DELIVERY_FOLDER_TAKEN');
  expect(stderr).toContain('An earlier delivery is as it was');
  expect(await readFile(join(mine, 'thesis.txt'), 'utf8')).toBe('mine');
});

test('a batch that sends has no delivery', async () => {
  const place = await newWorkplace();
  await recordBatch(place.dataDir, 'send', [[]]);
  const { exitCode, stderr } = await runCarryover(['deliver', 'aaaa', '--data-dir', place.dataDir]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('only a receive batch has a delivery');
  await place.remove();
});
