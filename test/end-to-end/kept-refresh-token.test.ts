import { readFile, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { historyFacts } from '../support/history-facts.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { authorizeAll, launchHere, rosterOf, untilDelivered } from '../support/receive-batches.ts';
import { untilState } from '../support/until-state.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress'), receive: 'keep_refresh_token = true' });
  await world.startWorker();
});
afterEach(() => world.close());

async function launch(again?: '--again', rosterFile?: string): Promise<BatchId> {
  return launchHere(world, rosterFile ?? (await rosterOf(world, 1)), again !== undefined);
}

async function only(batchId: BatchId): Promise<Transfer> {
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('nothing was recorded');
  return transfer;
}

async function kindsOf({ transferId }: Transfer): Promise<readonly string[]> {
  const bodies = (await world.dataDir.ledger.events(transferId)).map(({ body }) => body);
  return bodies.map((body) => (body.kind === 'refresh-answered' ? `${body.kind} ${body.outcome}` : body.kind));
}

/** Whose secrets are left, and of what kind. */
function secretsLeft(): readonly string[] {
  const database = new DatabaseSync(world.dataDir.paths.ledgerFile, { readOnly: true });
  const rows = database.prepare('select kind, transfer_id from secret order by transfer_id, kind').all();
  database.close();
  return rows.map((row) => `${String(row['kind'])} of ${String(row['transfer_id'])}`);
}

const spentTwice = async () =>
  (await world.admin.findings()).filter(
    ({ kind }) => kind === 'refresh-token-used-twice' || kind === 'code-used-twice',
  );

test('an update goes on with the refresh token that was kept, without the member, and keeps the next one', async () => {
  const first = await launch();
  await authorizeAll(world, first, 1);
  expect(secretsLeft()).toEqual([`refresh-token of ${(await only(first)).transferId}`]);
  for (let round = 0; round < 2; round += 1) {
    const batchId = await launch('--again');
    const [transfer] = await untilDelivered(world, batchId);
    if (transfer === undefined) throw new Error('nothing was recorded');
    expect(transfer.state).toBe('stored');
    const kinds = await kindsOf(transfer);
    expect(kinds.slice(0, 3)).toEqual(['recorded', 'refresh-attempted', 'refresh-answered granted']);
    expect(kinds).toContain('page-read');
    expect(kinds).not.toContain('link-issued');
    expect(secretsLeft()).toEqual([`refresh-token of ${transfer.transferId}`]);
    expect(await world.dataDir.ledger.rebuildProjection(transfer.transferId)).toEqual(transfer.projection);
    expect((await historyFacts(world, transfer.transferId)).events).toBeLessThanOrEqual(40);
  }
  expect(await spentTwice()).toEqual([]);
});

test.each([
  ['refused', { kind: 'status', status: 400 }],
  ['unknown', { kind: 'reset-after-storing' }],
  // Longer than an update waits for it.
  ['unsent', { kind: 'status', status: 429, retryAfterSeconds: 3_600 }],
])('where the kept token is %s it is not used again: the member gets a link', async (outcome, fault) => {
  await authorizeAll(world, await launch(), 1);
  await world.admin.faults([{ ...fault, route: 'POST /oauth2/token', ordinals: [1] }]);
  const batchId = await launch('--again');
  const [transfer] = await authorizeAll(world, batchId, 1);
  if (transfer === undefined) throw new Error('nothing was recorded');
  const kinds = await kindsOf(transfer);
  expect(kinds.filter((kind) => kind.startsWith('refresh'))).toEqual([
    'refresh-attempted',
    `refresh-answered ${outcome}`,
  ]);
  expect(kinds.filter((kind) => kind === 'link-issued')).toHaveLength(1);
  expect([transfer.state, transfer.projection.stored]).toEqual(['stored', {}]);
  expect(secretsLeft()).toEqual([`refresh-token of ${transfer.transferId}`]);
  expect(await spentTwice()).toEqual([]);
});

test('a token that was proved not to have been sent is tried again, and a second update meanwhile does not get it', async () => {
  await authorizeAll(world, await launch(), 1);
  await world.admin.faults([
    { kind: 'status', status: 429, route: 'POST /oauth2/token', ordinals: [1] },
    { kind: 'status', status: 503, route: 'GET /r4/*' },
  ]);
  const having = await launch('--again');
  await untilState(world, having, 'reading');
  const without = await launch('--again');
  await untilState(world, without, 'link-issued');
  await world.admin.faults([]);
  const [transfer] = await untilDelivered(world, having);
  if (transfer === undefined) throw new Error('nothing was recorded');
  const kinds = await kindsOf(transfer);
  expect(kinds.filter((kind) => kind.startsWith('refresh'))).toEqual([
    'refresh-attempted',
    'refresh-answered unsent',
    'refresh-attempted',
    'refresh-answered granted',
  ]);
  expect(await kindsOf(await only(without))).toEqual(['recorded', 'link-issued']);
  expect(await spentTwice()).toEqual([]);
});

test('forget destroys what is kept of a member or a batch, and says so in the ledger; the next update asks the member', async () => {
  const run = (...args: readonly string[]) => runCarryover([...args, '--data-dir', world.dataDir.paths.root]);
  const first = await launch();
  const [stored] = await authorizeAll(world, first, 1);
  if (stored === undefined) throw new Error('nothing was recorded');
  await untilDelivered(world, first);
  const { headHash } = await world.dataDir.ledger.batches.get(first);
  const neither = await run('forget');
  expect([neither.exitCode, secretsLeft().length]).toEqual([2, 1]);
  expect(await run('forget', '--batch', first, '--json')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('"destroyed": 1') as string,
  });
  expect(secretsLeft()).toEqual([]);
  expect((await kindsOf(stored)).at(-1)).toBe('kept-token-destroyed');
  expect((await run('show', stored.transferId.slice(0, 12))).stdout).toContain(
    'kept refresh token destroyed: asked for',
  );
  const { ledger } = world.dataDir;
  const after = (await ledger.batches.get(first)).headHash;
  expect([after === headHash, after]).toEqual([false, await ledger.batches.headHash(first)]);
  expect((await run('forget', stored.transferId.slice(0, 12))).stdout).toMatch(/^Destroyed 0 /);

  const again = await launch('--again');
  await untilState(world, again, 'link-issued');
  expect(await kindsOf(await only(again))).toEqual(['recorded', 'link-issued']);
});

test('one that is kept too long serves nobody, and the next purge destroys it', async () => {
  await world.close();
  const receive = 'keep_refresh_token = true\nkept_refresh_token_lifetime_seconds = 1';
  world = await openWorld({ temporalAddress: inject('temporalAddress'), receive });
  await world.startWorker();
  const first = await launch();
  const [stored] = await authorizeAll(world, first, 1);
  if (stored === undefined) throw new Error('nothing was recorded');
  await sleep(1_100);
  const again = await launch('--again');
  await untilState(world, again, 'link-issued');
  expect(await kindsOf(await only(again))).toEqual(['recorded', 'link-issued']);
  const purge = (...more: readonly string[]) =>
    runCarryover(['purge', '--older-than', '90d', ...more, '--data-dir', world.dataDir.paths.root]);
  expect((await purge('--dry-run')).stdout).toContain('Also: 1 refresh tokens that were kept too long.');
  const left = secretsLeft();
  expect(left).toContain(`refresh-token of ${stored.transferId}`);
  await purge();
  expect(secretsLeft()).toEqual(left.filter((secret) => !secret.startsWith('refresh-token')));
  expect((await kindsOf(stored)).at(-1)).toBe('kept-token-destroyed');
});

test('a row that names somebody else under the same number gets a link, and a profile that keeps none destroys the kept one', async () => {
  await authorizeAll(world, await launch(), 1);
  const roster = await rosterOf(world, 1);
  const twin = (await readFile(roster, 'utf8')).replace('Mayte822', 'Twin822');
  const twins = roster.replace('.csv', '-twin.csv');
  await writeFile(twins, twin);
  const other = await launch('--again', twins);
  await untilState(world, other, 'link-issued');
  expect(await kindsOf(await only(other))).toEqual(['recorded', 'link-issued']);

  const { path } = world.profile;
  await writeFile(
    path,
    (await readFile(path, 'utf8')).replace('keep_refresh_token = true', 'keep_refresh_token = false'),
  );
  const last = await launch('--again');
  const [transfer] = await authorizeAll(world, last, 1);
  expect(transfer?.state).toBe('stored');
  expect(secretsLeft().filter((secret) => secret.startsWith('refresh-token'))).toEqual([]);
});
