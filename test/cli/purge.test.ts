import { spawn } from 'node:child_process';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openDataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { keepBatch, type KeptRow, objectsOf } from '../support/kept-batch.ts';
import { shapeOf } from './document-shape.ts';
import { newWorkplace, runCarryover, type Workplace } from './run-carryover.ts';

let place: Workplace;
beforeEach(async () => {
  place = await newWorkplace();
});
afterEach(() => place.remove());

const run = (...args: string[]) => runCarryover([...args, '--data-dir', place.dataDir]);
const purge = (...args: string[]) => run('purge', '--older-than', '90d', ...args);

async function objectsLeft(): Promise<readonly string[]> {
  const entries = await readdir(join(place.dataDir, 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const old: KeptRow = { stand: 'sent', daysAgo: 100 };

describe('carryover purge', () => {
  test('removes what ended long ago, says what it left alone, and everything is still accounted for', async () => {
    const { batchId, transferIds } = await keepBatch(place.dataDir, [
      old,
      { stand: 'refused', daysAgo: 100 },
      { stand: 'sent', daysAgo: 10 },
      { stand: 'needs-decision', daysAgo: 100 },
    ]);
    const reported = await run('report', batchId, '--json');
    const { exitCode, stdout, stderr } = await purge('--policy', 'retention rule 7');
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^Purged 2 transfers that ended before \S+, and 0 rosters: 10 sealed objects, \d+ bytes\.\n/,
    );
    expect(stdout).toContain('Left alone: 1 open, 1 that ended later, 0 with undecided unknowns, 0 of receive batches');
    expect(exitCode).toBe(0);

    const shown = await run('show', transferIds[0]?.slice(0, 12) ?? '');
    expect(shown.stdout).toMatch(/removal of 5 sealed objects begun \(\d+ bytes: .*\), by policy retention rule 7/);
    expect(shown.stdout).toContain('purged: its sealed objects are gone; events and hashes stay');
    const again = await run('report', batchId, '--json');
    expect(again.exitCode).toBe(reported.exitCode);
    const account = JSON.parse(reported.stdout) as { rows: object; verdict: string; equations: unknown };
    expect(JSON.parse(again.stdout)).toEqual({ ...account, rows: { ...account.rows, purged: 2 } });
    expect((await run('report', batchId)).stdout).toContain('Purged: the sealed objects of 2 rows.');
  });

  test('removes what writers that died left unfinished more than a day ago, and nothing that may still be written', async () => {
    await keepBatch(place.dataDir, [{ stand: 'sent', daysAgo: 1 }]);
    const folder = join(place.dataDir, 'objects', 'plan');
    const [stray, recent] = ['.unfinished-a-1', '.unfinished-b-2'].map((name) => join(folder, name));
    if (stray === undefined || recent === undefined) throw new Error('no paths');
    for (const path of [stray, recent]) await writeFile(path, 'sealed');
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(stray, twoDaysAgo, twoDaysAgo);
    const before = await objectsLeft();
    expect((await purge('--dry-run')).stdout).toContain('Also: 1 unfinished files of writers that died.');
    expect(await objectsLeft()).toEqual(before);
    expect(JSON.parse((await purge('--json')).stdout)).toMatchObject({ unfinishedFiles: 1, keptTokens: 0, objects: 0 });
    expect(await objectsLeft()).toEqual(before.filter((path) => path !== stray));
  });

  test('with the last transfer removes the roster, too, and the report says when', async () => {
    const { batchId } = await keepBatch(place.dataDir, [old, { stand: 'failed', daysAgo: 91 }]);
    const { stdout } = await purge('--json');
    expect(JSON.parse(stdout)).toMatchObject({ transfers: 2, rosters: 1, policy: 'older-than-90d' });
    expect((await objectsLeft()).filter((path) => /roster|launch/.test(path))).toEqual([]);
    expect((await run('report', batchId)).stdout).toMatch(/Purged: the sealed objects of 2 rows; the roster on \d{4}-/);
  });

  test('--dry-run says the same and removes nothing; --batch leaves other batches alone', async () => {
    const one = await keepBatch(place.dataDir, [old]);
    const other = await keepBatch(place.dataDir, [old], { name: 'cccc0000000000000003' });
    const before = await objectsLeft();
    const { stdout } = await purge('--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, transfers: 2, rosters: 2, objects: 14 });
    expect(await objectsLeft()).toEqual(before);
    expect(JSON.parse((await purge('--batch', other.batchId, '--json')).stdout)).toMatchObject({ transfers: 1 });
    const left = (await objectsLeft()).join('\n');
    for (const key of objectsOf(one.transferIds[0] ?? ('' as never))) expect(left).toContain(key);
  });

  test('leaves a receive batch alone until it is delivered; then it cannot be delivered once more', async () => {
    const rows = [{ stand: 'stored', daysAgo: 100 }] as const;
    const open = await keepBatch(place.dataDir, rows, { direction: 'receive', closed: false });
    expect(JSON.parse((await purge('--json')).stdout)).toMatchObject({
      transfers: 0,
      leftAlone: { open: 0, tooRecent: 0, undecided: 0, undelivered: 1 },
    });
    expect((await objectsLeft()).some((path) => path.includes(`record/${open.transferIds[0]}`))).toBe(true);
    const closed = await keepBatch(place.dataDir, rows, { direction: 'receive', name: 'cccc0000000000000003' });
    expect(JSON.parse((await purge('--json')).stdout)).toMatchObject({ transfers: 1, objects: 7 });
    const delivered = await run('deliver', closed.batchId);
    expect(delivered.exitCode).toBe(1);
    expect(delivered.stderr).toContain('OBJECTS_PURGED');
  });

  test('one object that does not open keeps its transfer, and no other', async () => {
    const { transferIds } = await keepBatch(place.dataDir, [old, old]);
    await writeFile(join(place.dataDir, 'objects', 'plan', transferIds[0] ?? ''), 'altered');
    const { exitCode, stdout } = await purge('--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      transfers: 1,
      rosters: 0,
      failed: [{ transferId: transferIds[0], code: 'OBJECT_UNREADABLE' }],
    });
  });

  test('--json keeps its keys', async () => {
    await keepBatch(place.dataDir, [old]);
    expect(shapeOf(JSON.parse((await purge('--json')).stdout))).toEqual({
      policy: 'string',
      endedBefore: 'string',
      dryRun: 'boolean',
      transfers: 'number',
      finished: 'number',
      rosters: 'number',
      objects: 'number',
      bytes: 'number',
      leftAlone: { open: 'number', tooRecent: 'number', undecided: 'number', undelivered: 'number' },
      failed: [],
      unfinishedFiles: 'number',
      keptTokens: 'number',
    });
  });

  test.each([
    { args: ['--older-than', '23h'], says: 'At least 1d' },
    { args: ['--older-than', 'soon'], says: 'A duration is a number' },
    { args: [], says: '--older-than' },
    { args: ['--older-than', '90d', '--policy', 'Müller, born 1961'], says: 'A policy is at most 80' },
    { args: ['--older-than', '90d', '--batch', 'ffff'], says: 'BATCH_NOT_FOUND' },
  ])('refuses $args, and removes nothing', async ({ args, says }) => {
    await keepBatch(place.dataDir, [old]);
    const before = await objectsLeft();
    const { exitCode, stderr } = await run('purge', ...args);
    expect([exitCode, stderr.includes(says)]).toEqual([2, true]);
    expect(await objectsLeft()).toEqual(before);
  });
});

test('a purge that is killed in the middle is finished by the next one', async () => {
  const rows = Array.from({ length: 40 }, () => old);
  const { batchId, transferIds } = await keepBatch(place.dataDir, [...rows, { stand: 'paused', daysAgo: 100 }]);
  const paused = transferIds.at(-1) ?? ('' as never);
  const pausedFiles = await contentsOf(objectsOf(paused));
  for (const plansLeft of [rows.length, rows.length / 2]) await killedPurge(plansLeft);

  const { ledger, close } = await openDataDir(place.dataDir);
  for (const transferId of transferIds) expect(await ledger.verifyChain(transferId)).toMatchObject({ kind: 'intact' });
  const { exitCode } = await purge('--batch', batchId);
  expect(exitCode).toBe(0);
  for (const transferId of transferIds) {
    const events = await ledger.events(transferId);
    const told = events.flatMap(({ body }) => (body.kind === 'purge-attempted' ? [body] : []));
    expect(events.filter(({ body }) => body.kind === 'purged')).toHaveLength(transferId === paused ? 0 : 1);
    // What went was said once, and whole, however often the run died.
    expect(told.map(({ objects }) => objects)).toEqual(
      transferId === paused ? [] : [{ member: 2, answer: 1, note: 1, plan: 1 }],
    );
  }
  const left = (await objectsLeft()).map((path) => path.slice(join(place.dataDir, 'objects/').length));
  expect(left.filter((key) => !/^(sent|roster|launch|profile)\//.test(key)).toSorted()).toEqual(
    objectsOf(paused).toSorted(),
  );
  expect(await contentsOf(objectsOf(paused))).toEqual(pausedFiles);
  await close();
}, 120_000);

const contentsOf = (keys: readonly string[]) =>
  Promise.all(keys.map((key) => readFile(join(place.dataDir, 'objects', key), 'base64')));

/** Kills a purge, with SIGKILL, once only so many plans are left. */
async function killedPurge(plansLeft: number): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  const args = [join(root, 'cli/main.ts'), 'purge', '--older-than', '90d', '--data-dir', place.dataDir];
  const child = spawn(join(root, 'node_modules/.bin/node'), args, { cwd: root, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const plans = join(place.dataDir, 'objects', 'plan');
  while (child.exitCode === null && (await readdir(plans)).length > plansLeft) await sleep(2);
  child.kill('SIGKILL');
  await ended;
}
