import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { seededRandom } from '../../fixtures/seeded-random.ts';
import { folderSums } from '../support/folder-sums.ts';
import { storedBatch, type StoredBatch, type TestRow } from '../support/stored-batch.ts';
import { runCarryover } from './run-carryover.ts';

const preload = pathToFileURL(join(import.meta.dirname, '../support/die-at-file-step-preload.ts')).href;

const rows: readonly TestRow[] = [
  { rowId: 'row-1', record: [{ resourceType: 'Patient', id: 'p1' }] },
  { rowId: 'row-2', record: [{ resourceType: 'Observation', id: 'o1' }] },
  { rowId: 'row-3' },
];

let batch: StoredBatch;
/** The earlier delivery, with a row open, and the new one, of the whole batch. */
let earlier: Awaited<ReturnType<typeof folderSums>>;
let whole: Awaited<ReturnType<typeof folderSums>>;
let steps: readonly string[];

beforeAll(async () => {
  batch = await storedBatch(rows);
  await deliverTo(join(batch.dir, 'first/delivery'));
  earlier = await folderSums(join(batch.dir, 'first/delivery'));
  const { ledger } = batch.dataDir;
  const open = (await ledger.transfers.list({ batchId: batch.batchId, states: ['recorded'] }))[0];
  if (open === undefined) throw new Error('no row is open');
  const closed = { kind: 'closed', state: 'refused', reason: 'AUTHORIZATION_DENIED' } as const;
  await ledger.append(open.transferId, { subject: '', tryNumber: 1, actor: 'worker', body: closed });

  const place = await placeWithEarlier('counted');
  const stepsFile = join(batch.dir, 'steps.json');
  const env = { DIE_BELOW: place, STEPS_FILE: stepsFile, NODE_OPTIONS: `--import=${preload}` };
  await deliverTo(join(place, 'delivery'), env);
  whole = await folderSums(join(place, 'delivery'));
  steps = JSON.parse(await readFile(stepsFile, 'utf8')) as readonly string[];
});
afterAll(() => batch.close());

function deliverTo(folder: string, env: NodeJS.ProcessEnv = {}) {
  return runCarryover(['deliver', 'bbbb', '--out', folder, '--data-dir', batch.dataDir.paths.root], { env });
}

/** A new place in which the earlier delivery lies already. */
async function placeWithEarlier(name: string): Promise<string> {
  const place = join(batch.dir, name);
  await mkdir(place);
  await cp(join(batch.dir, 'first/delivery'), join(place, 'delivery'), { recursive: true });
  return place;
}

test('a delivery takes many steps, and this test knows them: files are made, written, synced and closed, then two renames', () => {
  expect(Object.keys(earlier ?? {})).toEqual(Object.keys(whole ?? {}));
  expect(earlier).not.toEqual(whole);
  const times = (name: string) => steps.filter((step) => step === name).length;
  expect([times('create'), times('fsync'), times('close')]).toEqual([6, 6, 6]);
  expect(times('rename')).toBe(2);
  expect(times('write') + times('writev')).toBeGreaterThan(5);
});

test('`carryover deliver` killed at any step leaves the earlier delivery or the new one whole, and the next one leaves nothing else', async () => {
  const last = steps.lastIndexOf('fsync') + 1;
  // Every step from the last file on, in which folders are exchanged; a few of the many alike before.
  const before = Array.from({ length: 3 }, (_, index) => seededRandom(`deliver-kill/${index}`).integer(1, last));
  const after = Array.from({ length: steps.length - last + 1 }, (_, index) => last + index);
  for (const step of new Set([1, ...before, ...after])) {
    const place = await placeWithEarlier(`killed-${step}`);
    const folder = join(place, 'delivery');
    const env = { DIE_BELOW: place, DIE_AT: String(step), NODE_OPTIONS: `--import=${preload}` };
    expect((await deliverTo(folder, env)).exitCode, `${step}: ${steps[step - 1]}`).toBe(null);

    const left = await folderSums(folder);
    // Between the two renames nobody has the name; the earlier delivery waits beside it.
    const found = left ?? (await folderSums(join(place, '.delivery.previous')));
    expect([earlier, whole], `${step}: ${steps[step - 1]}`).toContainEqual(found);

    expect((await deliverTo(folder)).exitCode).toBe(0);
    expect(await folderSums(folder)).toEqual(whole);
    expect(await readdir(place)).toEqual(['delivery']);
    await rm(place, { recursive: true });
  }
}, 240_000);
