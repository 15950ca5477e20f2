import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

import { openDataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { alreadySent } from '../../adapters/plans/already-sent.ts';
import { sentIndexOf } from '../../adapters/plans/open-plan.ts';
import { nothingPurged, purgeBatch } from '../../operations/purge-ended.ts';
import { asCounterpartId, asObjectKey, type BatchId } from '../../schemas/ids.ts';
import { isEndState, type TransferState } from '../../schemas/states.ts';
import { canary, dayMs, keepBatch, type KeptRow, objectsOf, waiting } from '../support/kept-batch.ts';

async function purgePlace() {
  const dir = await mkdtemp(join(tmpdir(), 'carryover-purge-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return join(dir, 'data');
}

/** Purges what ended more than 90 days ago. */
async function purge(root: string, batchId: BatchId, { dryRun = false } = {}) {
  const dataDir = await openDataDir(root);
  const rule = { policy: 'ninety days', endedBefore: new Date(Date.now() - 90 * dayMs).toISOString(), dryRun };
  const batch = await dataDir.ledger.batches.get(batchId);
  const purged = await purgeBatch({ ...dataDir, actor: 'jo' }, batch, rule, nothingPurged, () => undefined);
  await dataDir.close();
  return purged;
}

async function filesOf(root: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(root, 'objects');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'base64')] as const),
    ),
  );
}

const row: fc.Arbitrary<KeptRow> = fc.record({
  stand: fc.constantFrom(
    ...waiting,
    'cancelled with unknowns',
    'sent',
    'sent-with-exceptions',
    'refused',
    'cancelled',
    'failed',
    'invalid',
  ),
  daysAgo: fc.constantFrom(0, 30, 89, 91, 200),
});

test('nothing of a transfer that is open, waits, or ended too recently is touched; of the others nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), fc.boolean(), async (rows, closed) => {
      const root = await purgePlace();
      const { batchId, transferIds } = await keepBatch(root, rows, { closed });
      const before = await filesOf(root);
      const due = rows.map(({ stand, daysAgo }) => isEndState(stand as TransferState) && daysAgo > 90);
      const dry = await purge(root, batchId, { dryRun: true });
      expect(await filesOf(root)).toEqual(before);
      const purged = await purge(root, batchId);
      expect(dry).toEqual(purged);
      const after = await filesOf(root);

      const { ledger, close } = await openDataDir(root);
      for (const [index, transferId] of transferIds.entries()) {
        const bodies = (await ledger.events(transferId)).map(({ body }) => body.kind);
        const { projection } = await ledger.transfers.get(transferId);
        for (const key of objectsOf(transferId))
          expect(after.get(key)).toBe(due[index] === true ? undefined : before.get(key));
        expect(bodies.slice(-2).join(' ')).toBe(
          due[index] === true ? 'purge-attempted purged' : bodies.slice(-2).join(' '),
        );
        expect(bodies.includes('purged')).toBe(due[index]);
        expect(await ledger.verifyChain(transferId)).toMatchObject({ kind: 'intact' });
        expect(JSON.parse(JSON.stringify(await ledger.rebuildProjection(transferId)))).toEqual(projection);
      }
      expect(after.has(`roster/${batchId}`)).toBe(!(closed && due.every(Boolean)));
      const { headHash } = await ledger.batches.get(batchId);
      expect([closed ? await ledger.batches.headHash(batchId) : undefined]).toEqual([headHash]);
      await close();

      expect(purged).toMatchObject({ transfers: due.filter(Boolean).length, failed: [] });
      expect(await purge(root, batchId)).toMatchObject({ transfers: 0, finished: 0, rosters: 0, objects: 0, bytes: 0 });
    }),
    { numRuns: 12 },
  );
}, 120_000);

test('of what was sent an index without content stays, so that it is not sent again', async () => {
  const root = await purgePlace();
  const { batchId, transferIds } = await keepBatch(root, [
    { stand: 'sent', daysAgo: 100 },
    { stand: 'refused', daysAgo: 100 },
  ]);
  await purge(root, batchId);
  const { ledger, objects, close } = await openDataDir(root);
  const [sent, refused] = transferIds;
  if (sent === undefined || refused === undefined) throw new Error('no transfers');
  const { memberKey } = await ledger.transfers.get(sent);
  const known = await alreadySent({ ledger, objects }, { counterpartId: asCounterpartId('plan-a'), memberKey });
  expect(known).toEqual(new Map([['key-0', { storedId: 'theirs-0' }]]));
  const index = (await objects.get(sentIndexOf(sent))).toString();
  expect(index).toContain('hash-0');
  expect(index).not.toContain(canary);
  expect(await objects.list('')).toEqual([asObjectKey(`profile/${batchId}`), sentIndexOf(sent)]);
  await close();
});

test('a purge that had begun is finished, and what went is said once', async () => {
  const root = await purgePlace();
  const { batchId, transferIds } = await keepBatch(root, [{ stand: 'sent', daysAgo: 100 }]);
  const [transferId] = transferIds;
  if (transferId === undefined) throw new Error('no transfer');
  const { ledger, objects, close } = await openDataDir(root);
  const said = { policy: 'first', endedBefore: '2026-01-01T00:00:00.000Z', objects: { plan: 1, member: 2 }, bytes: 7 };
  const body = { kind: 'purge-attempted', ...said } as const;
  await ledger.append(transferId, { subject: 'objects', tryNumber: 1, actor: 'kim', body });
  await objects.deleteFolder(`member/${transferId}`);
  expect(await purge(root, batchId)).toMatchObject({ transfers: 0, finished: 1, objects: 5, rosters: 1 });
  const told = (await ledger.events(transferId)).filter((event) => event.subject === 'objects');
  expect(told.map((event) => [event.body.kind, event.actor])).toEqual([
    ['purge-attempted', 'kim'],
    ['purged', 'jo'],
  ]);
  const { headHash } = await ledger.batches.get(batchId);
  expect(await ledger.batches.headHash(batchId)).toBe(headHash);
  await close();
});

test('what a late answer left after the purge goes with the next one', async () => {
  const root = await purgePlace();
  const { batchId, transferIds } = await keepBatch(root, [{ stand: 'sent', daysAgo: 100 }]);
  await purge(root, batchId);
  const [transferId] = transferIds;
  if (transferId === undefined) throw new Error('no transfer');
  const { ledger, objects, close } = await openDataDir(root);
  const answerObject = asObjectKey(`answer/${transferId}/bundle-1-2`);
  await objects.put(answerObject, Buffer.from(canary));
  const body = { kind: 'answered', bundle: 1, status: 200, entries: [], answerObject } as const;
  await ledger.append(transferId, { subject: 'bundle/1', tryNumber: 2, actor: 'worker', body });
  expect(await purge(root, batchId)).toMatchObject({ transfers: 1, objects: 1 });
  expect(await objects.has(answerObject)).toBe(false);
  const rounds = (await ledger.events(transferId)).filter((event) => event.body.kind === 'purged');
  expect(rounds.map(({ tryNumber, actor }) => [tryNumber, actor])).toEqual([
    [1, 'jo'],
    [2, 'jo'],
  ]);
  await close();
});
