import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import { controlTransfer } from '../../operations/control-transfer.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { JournalRecord } from '../../sandbox/journal.ts';
import { authorize, callBack } from '../support/browsers.ts';
import { writeFaultRoster } from '../support/fault-roster.ts';
import { historyFacts } from '../support/history-facts.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilState } from '../support/until-state.ts';

const receiveRoster = join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv');
let world: World;

beforeEach(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    top: 'heartbeat_timeout_ms = 4000',
    send: 'write_timeout_ms = 3000',
    pacing: 'requests_per_second = 500\nconcurrent_members = 2',
    switches: { repeatedId: 'duplicate' },
  });
});
afterEach(() => world.close());

async function launchSend(members: number, sizes?: readonly number[]) {
  const dir = join(world.directory, 'roster');
  const { rosterFile } = await writeFaultRoster({ dir, seed: 31, members, ...(sizes === undefined ? {} : { sizes }) });
  const { batchId } = await launchBatch(world.operator, {
    direction: 'send',
    profile: world.profile,
    rosterFile,
    again: false,
  });
  return batchId;
}

async function launchReceive() {
  const launch = { direction: 'receive', profile: world.profile, rosterFile: receiveRoster, again: false } as const;
  return (await launchBatch(world.operator, launch)).batchId;
}

const requestsOf = async (fits: (request: JournalRecord) => boolean): Promise<readonly JournalRecord[]> =>
  (await world.admin.journal()).filter((request) => request.origin === 'fhir' && fits(request));
const isPost = ({ method }: JournalRecord): boolean => method === 'POST';
const isRead = ({ method }: JournalRecord): boolean => method === 'GET';

/** How many members at most were between their first and their last request at one time. */
function mostAtATime(requests: readonly JournalRecord[]): number {
  const members = Map.groupBy(requests, ({ previousMemberId }) => previousMemberId);
  const spans = [...members.values()].map((of) => ({ first: of[0]?.seq ?? 0, last: of.at(-1)?.seq ?? 0 }));
  return Math.max(
    ...spans.map(({ first }) => spans.filter((span) => span.first <= first && span.last >= first).length),
  );
}

async function untilRequests(fits: (request: JournalRecord) => boolean, count: number): Promise<void> {
  for (let round = 0; round < 600; round += 1) {
    if ((await requestsOf(fits)).length >= count) return;
    await sleep(50);
  }
  throw new Error(`never ${count} requests`);
}

test('two workers together work on as many members as the profile allows, and every member has its turn', async () => {
  await world.admin.faults([{ kind: 'slow', delayMs: 250, route: 'POST /r4' }]);
  await world.startWorker();
  await world.startWorker();
  const batchId = await launchSend(7);
  await untilState(world, batchId, 'approval-requested', 7);
  await untilEnded(world, batchId);

  const { byState } = await world.dataDir.ledger.transfers.progress(batchId);
  expect(byState).toEqual({ sent: 7 });
  expect(mostAtATime(await requestsOf(isPost))).toBe(2);
  await judgeBatch(world, batchId, { exact: true });
  // Waiting for a place leaves nothing in a history.
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId }))
    expect((await historyFacts(world, transferId)).activities).toBe(3);
});

test('a member that waits long gives its slot back, can be cancelled meanwhile, and has its turn; its history does not grow', async () => {
  await world.admin.faults([{ kind: 'slow', delayMs: 650, route: 'POST /r4' }]);
  await world.startWorker();
  await world.startWorker();
  const batchId = await launchSend(4, [400]);
  const ended = untilEnded(world, batchId);
  await untilState(world, batchId, 'sending', 2);
  await untilLogged('slice-waits');
  const waiting = await world.dataDir.ledger.transfers.list({ batchId, states: ['token-waiting'] });
  const [cancelled] = waiting;
  if (cancelled === undefined) throw new Error('nobody waits');
  await controlTransfer(world.operator, { transferId: cancelled.transferId, control: 'cancel' });
  await untilState(world, batchId, 'cancelled');
  expect((await world.dataDir.ledger.transfers.progress(batchId)).byState.sending).toBe(2);
  await ended;

  expect((await world.dataDir.ledger.transfers.progress(batchId)).byState).toEqual({ sent: 3, cancelled: 1 });
  expect(mostAtATime(await requestsOf(isPost))).toBe(2);
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId, states: ['sent'] }))
    expect(await historyFacts(world, transferId)).toMatchObject({ activities: 3 });
});

async function untilLogged(event: string): Promise<void> {
  for (let round = 0; round < 600; round += 1) {
    if ((await readFile(world.workerLog, 'utf8')).includes(event)) return;
    await sleep(50);
  }
  throw new Error(`${event} was never logged`);
}

test('members who are read count as in flight, too, for two workers together', async () => {
  await world.admin.faults([{ kind: 'slow', delayMs: 60, route: 'GET /r4/*' }]);
  await world.startWorker();
  await world.startWorker();
  const batchId = await launchReceive();
  await untilState(world, batchId, 'link-issued', 4);
  const transfers = await world.dataDir.ledger.transfers.list({ batchId });
  for (const { transferId } of transfers) await callBack(world, await authorize(world, transferId));
  await untilEnded(world, batchId);
  expect((await world.dataDir.ledger.transfers.progress(batchId)).byState).toEqual({ stored: 4 });
  expect(mostAtATime(await requestsOf(isRead))).toBe(2);
});

test('a worker that is told to stop ends after the bundle in flight, nothing is unknown, and another one goes on', async () => {
  // Slow enough that the record is not through when the other worker is up, on a busy machine as well.
  await world.admin.faults([{ kind: 'slow', delayMs: 1_500, route: 'POST /r4' }]);
  const stopped = await world.startWorker();
  const batchId = await launchSend(1, [400]);
  const ended = untilEnded(world, batchId);
  await untilRequests(isPost, 2);
  await world.startWorker();

  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  stopped.kill('SIGTERM');
  const before = (await requestsOf(isPost)).length;
  expect(await stopped.ended).toEqual([0, null]);
  await world.admin.faults([]);
  await ended;

  const { byState, counts } = await world.dataDir.ledger.transfers.progress(batchId);
  expect({ byState, unknown: counts.unknown, refused: counts.refused }).toEqual({
    byState: { sent: 1 },
    unknown: 0,
    refused: 0,
  });
  await judgeBatch(world, batchId, { exact: true });
  const fences = (await world.dataDir.ledger.events(transfer.transferId)).flatMap(({ body }) =>
    body.kind === 'attempted' ? [body.fence] : [],
  );
  // Two slices: the one that was stopped began at most the bundle in flight, and one that was just being begun.
  expect(new Set(fences)).toEqual(new Set([1, 2]));
  expect(fences.filter((fence) => fence === 1).length).toBeLessThanOrEqual(before + 2);
  expect((await historyFacts(world, transfer.transferId)).activities).toBe(4);
});

test('a read that is paused between two requests keeps what it has: nothing of it is asked for again', async () => {
  await world.admin.faults([{ kind: 'slow', delayMs: 150, route: 'GET /r4/*' }]);
  await world.startWorker();
  const batchId = await launchReceive();
  await untilState(world, batchId, 'link-issued', 4);
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  const { transferId } = transfer;
  await callBack(world, await authorize(world, transferId));

  const isReferenced = ({ route }: JournalRecord): boolean => /^\/r4\/\w+\/[^/]+$/.test(route);
  await untilRequests(isReferenced, 2);
  await controlTransfer(world.operator, { transferId, control: 'pause' });
  await untilPartKept();
  await controlTransfer(world.operator, { transferId, control: 'resume' });
  await untilState(world, batchId, 'stored');
  const read = (await requestsOf(isReferenced)).filter(({ status }) => status === 200).map(({ route }) => route);
  expect(read.length).toBeGreaterThan(2);
  expect(read.length).toBe(new Set(read).size);

  async function untilPartKept(): Promise<void> {
    for (let round = 0; round < 200; round += 1) {
      const events = await world.dataDir.ledger.events(transferId);
      if (events.some(({ body }) => body.kind === 'page-read' && body.resourceType === 'referenced' && body.hasNext))
        return;
      await sleep(50);
    }
    throw new Error('no part was kept');
  }
});
