import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, expect, inject, test } from 'vitest';

import { controlTransfer } from '../../operations/control-transfer.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { JournalRecord } from '../../sandbox/journal.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { authorize, callBack } from '../support/browsers.ts';
import { writeFaultRoster } from '../support/fault-roster.ts';
import { historyFacts } from '../support/history-facts.ts';
import { hoursAround, nextMinute } from '../support/hours-around.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilState } from '../support/until-state.ts';

const receiveRoster = join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv');
const pace = 'requests_per_second = 500\nconcurrent_members = 8';
let world: World;
afterEach(() => world.close());

async function open(pacing: string, send: string): Promise<void> {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    pacing: `${pace}\n${pacing}`,
    send: `write_timeout_ms = 5000\n${send}`,
  });
  await world.startWorker();
}

async function launch(direction: 'send' | 'receive', sizes: readonly number[] = [60]): Promise<BatchId> {
  const dir = join(world.directory, 'roster');
  const rosterFile =
    direction === 'send' ? (await writeFaultRoster({ dir, seed: 41, members: 1, sizes })).rosterFile : receiveRoster;
  return (await launchBatch(world.operator, { direction, profile: world.profile, rosterFile, again: false })).batchId;
}

async function firstOf(batchId: BatchId): Promise<TransferId> {
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  return transfer.transferId;
}

const told = async (...args: string[]): Promise<string> =>
  (await runCarryover([...args, '--data-dir', world.dataDir.paths.root])).stdout;
const timeOf = ({ at }: JournalRecord): number => Date.parse(at);

test('outside of the daily window nothing is posted or read, codes are exchanged; when it opens, everything goes on', async () => {
  const opensMs = nextMinute(25_000);
  const opensAt = new Date(opensMs).toISOString();
  await open(hoursAround(opensMs, 'opens'), '');
  const receiving = await launch('receive');
  await untilState(world, receiving, 'link-issued', 4);
  const read = await firstOf(receiving);
  await callBack(world, await authorize(world, read));
  const sending = await launch('send');
  const ended = untilEnded(world, sending, undefined, 1_500);
  await untilState(world, receiving, 'reading');
  await untilState(world, sending, 'token-waiting');

  expect(await told('show', read)).toContain(`which opens at ${opensAt}`);
  expect(await told('show', await firstOf(sending))).toContain(`which opens at ${opensAt}`);
  expect(await told('status', sending)).toContain(`No requests are made now`);
  await ended;
  await untilState(world, receiving, 'stored');

  const requests = await world.admin.journal();
  expect(requests.filter((request) => request.origin === 'fhir' && timeOf(request) < opensMs)).toEqual([]);
  expect(requests.some(({ route }) => route === '/oauth2/token')).toBe(true);
  await judgeBatch(world, sending, { exact: true });
  expect((await world.dataDir.ledger.transfers.progress(sending)).byState).toEqual({ sent: 1 });
  const facts = await historyFacts(world, await firstOf(sending));
  process.stderr.write(`${JSON.stringify(facts)}\n`);
  // A straight one, and one more slice with its timer.
  expect(facts.activities).toBe(4);
  expect(facts.events).toBeLessThanOrEqual(40 + 12);
});

test('a window that closes ends a slice between two bundles; the token lives and dies meanwhile, and show says so', async () => {
  const closesMs = nextMinute(20_000);
  await open(hoursAround(closesMs, 'closes'), 'max_entries = 1\ntoken_margin_seconds = 0');
  await world.admin.faults([{ kind: 'slow', delayMs: 300, route: 'POST /r4', when: 'after-storing' }]);
  const batchId = await launch('send', [400]);
  await untilState(world, batchId, 'approval-requested');
  const transferId = await firstOf(batchId);
  const tokenEndsMs = closesMs + 15_000;
  await handInTokenThatEnds(transferId, tokenEndsMs);
  await untilState(world, batchId, 'sending');

  while (Date.now() < closesMs + 2_000) await sleep(200);
  expect(await told('show', transferId)).toContain(
    `its access token ends before, at ${new Date(tokenEndsMs).toISOString()}`,
  );
  await untilState(world, batchId, 'token-waiting');
  const { projection } = await world.dataDir.ledger.transfers.get(transferId);
  expect(projection.token).toBeUndefined();
  expect(projection.counts.open).toBeGreaterThan(0);
  expect(projection.counts.unknown).toBe(0);
  const posts = (await world.admin.journal()).filter(({ method, origin }) => method === 'POST' && origin === 'fhir');
  expect(posts.length).toBeGreaterThan(1);
  // The sandbox notes a post when it comes: at most the one that was on its way when the window closed.
  expect(posts.filter((post) => timeOf(post) >= closesMs).length).toBeLessThanOrEqual(1);
  await controlTransfer(world.operator, { transferId, control: 'cancel' });
  await untilState(world, batchId, 'cancelled');
});

async function handInTokenThatEnds(transferId: TransferId, endsMs: number): Promise<void> {
  const [answer] = await world.admin.mailbox();
  const send = world.profile.profile.send;
  if (answer?.token === undefined || send === undefined) throw new Error('no answer');
  const mailedAtMs = endsMs - send.tokenLifetimeSeconds * 1000;
  await handInToken(world.operator, { transferId, accessToken: answer.token.accessToken, send, mailedAtMs });
}
