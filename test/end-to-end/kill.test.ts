import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import type { Checkpoint } from '../../activities/dependencies.ts';
import { loadProfile, type LoadedProfile } from '../../adapters/profile/load-profile.ts';
import { seededRandom } from '../../fixtures/seeded-random.ts';
import { writeDemo } from '../../fixtures/write-demo.ts';
import { controlTransfer } from '../../operations/control-transfer.ts';
import { decideUnknowns } from '../../operations/decide-unknowns.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { resubmit } from '../../operations/resubmit.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilState } from '../support/until-state.ts';
import { writeProfile } from '../support/write-profile.ts';

let world: World;

beforeEach(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500',
    // A repeat would be stored a second time under another id: the journal would show it.
    switches: { repeatedId: 'duplicate' },
  });
});
afterEach(() => world.close());

async function launch(members: number, seed: number, profile = world.profile): Promise<BatchId> {
  const { rosterFile } = await writeDemo({ dir: join(world.directory, 'roster'), seed, members });
  return (await launchBatch(world.operator, { direction: 'send', profile, rosterFile, again: false })).batchId;
}

const hookPoints: readonly { checkpoint: Checkpoint; hit: number; unknown: 'none' | 'a bundle'; stored: string }[] = [
  { checkpoint: 'before-attempted', hit: 1, unknown: 'none', stored: 'not' },
  // The bundle before is answered, and its answer is not committed yet: that is one transaction with the next attempt.
  { checkpoint: 'before-attempted', hit: 2, unknown: 'a bundle', stored: 'once' },
  { checkpoint: 'after-attempted', hit: 2, unknown: 'a bundle', stored: 'not' },
  { checkpoint: 'after-answer', hit: 2, unknown: 'a bundle', stored: 'once' },
];

test.for(hookPoints)(
  'a worker killed $checkpoint, time $hit: the next one sends the rest, the bundle in flight is stored $stored, nothing goes twice',
  async ({ checkpoint, hit, unknown, stored }) => {
    const batchId = await launch(1, 5);
    const doomed = await world.startWorker({ killAt: { checkpoint, hit } });
    const ended = untilEnded(world, batchId);
    await doomed.ended;
    await world.startWorker();
    await ended;

    const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
    const judged = await judgeBatch(world, batchId, { exact: unknown === 'none' });
    expect(transfer?.state).toBe(unknown === 'none' ? 'sent' : 'needs-decision');
    expect(judged.unknown > 0).toBe(unknown === 'a bundle');
    expect(judged.stored).toBe(judged.confirmed + (stored === 'once' ? judged.unknown : 0));
  },
);

test('a person decides about unknown writes: resent where nothing was stored, everything ends confirmed', async () => {
  const batchId = await launch(1, 6);
  const doomed = await world.startWorker({ killAt: { checkpoint: 'after-attempted', hit: 1 } });
  const ended = untilEnded(world, batchId);
  await doomed.ended;
  await world.startWorker();
  await ended;
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  await decideUnknowns(world.operator, {
    transferId: transfer.transferId,
    decision: 'resend',
    why: 'the journal of the other side shows none of them',
  });
  await untilState(world, batchId, 'sent');
  const { unknown, confirmed, stored } = await judgeBatch(world, batchId, { exact: true });
  expect({ unknown, confirmed }).toEqual({ unknown: 0, confirmed: stored });
});

test('workers killed at random moments lose nothing and post nothing twice', async () => {
  const batchId = await launch(6, 8);
  const random = seededRandom('kills');
  let running = await world.startWorker();
  const killing = new AbortController();
  const killer = (async () => {
    for (let kill = 0; kill < 6 && !killing.signal.aborted; kill += 1) {
      await sleep(random.integer(300, 1_800));
      running.kill('SIGKILL');
      await running.ended;
      running = await world.startWorker();
    }
  })();
  await untilEnded(world, batchId, (round) => sendAgainWhatIsUnknown(batchId, round), 1_000).finally(() =>
    killing.abort(),
  );
  await killer;

  const { byState } = await world.dataDir.ledger.transfers.progress(batchId);
  const { sent = 0, 'needs-decision': open = 0, invalid = 0 } = byState;
  expect(sent + open + invalid).toBe(6);
  await judgeBatch(world, batchId, { exact: false });
});

/** A mail whose fate is unknown waits for a person: this one asks again after a while. */
async function sendAgainWhatIsUnknown(batchId: BatchId, round: number): Promise<void> {
  if (round % 30 !== 29) return;
  for (const { transferId, projection } of await world.dataDir.ledger.transfers.list({
    batchId,
    states: ['approval-requested'],
  }))
    if (projection.findings['mail-unknown'] !== undefined)
      await resubmit(world.operator, { transferId, corrections: {} }).catch(() => undefined);
}

test('a worker frozen in the middle of a POST is replaced; woken up, it records its own answer and posts nothing more', async () => {
  // Temporal goes on handing work to a frozen worker that had asked for it, and waits for it each time: this one has asked for no other
  // slice, because it has one place, and for nothing of the workflow, which another one has in memory.
  const profile = await oneAtATime();
  const profiles = [profile.path];
  await world.startWorker({ profiles: [] });
  const batchId = await launch(1, 9, profile);
  await untilState(world, batchId, 'approval-requested');
  await world.admin.faults([{ kind: 'slow', delayMs: 1_200, when: 'after-storing', route: 'POST /r4', ordinals: [1] }]);
  const frozen = await world.startWorker({ profiles });
  const ended = untilEnded(world, batchId);
  await untilState(world, batchId, 'sending');
  frozen.kill('SIGSTOP');
  await world.startWorker({ profiles });
  await ended;
  const [before] = await world.dataDir.ledger.transfers.list({ batchId });
  expect(before?.state).toBe('needs-decision');

  frozen.kill('SIGCONT');
  await untilAnswered(batchId);
  const judged = await judgeBatch(world, batchId, { exact: true });
  expect(judged.unknown).toBe(0);
});

/** The profile of this world with one member in flight. */
async function oneAtATime(): Promise<LoadedProfile> {
  const wishes = {
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500',
    pacing: 'requests_per_second = 500\nconcurrent_members = 1',
  };
  return loadProfile(await writeProfile(join(world.directory, 'one'), world.sandbox, wishes), { dirs: [] });
}

/** Until the late answer of the woken writer has settled its own try. */
async function untilAnswered(batchId: BatchId): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
    if (transfer?.projection.counts.unknown === 0) return;
    await sleep(100);
  }
  throw new Error('the late answer was never recorded');
}

test('unknowns of a cancelled transfer block the member until a person accepts them; then the rest of the record goes', async () => {
  const { rosterFile } = await writeDemo({ dir: join(world.directory, 'roster'), seed: 12, members: 1 });
  const launchAgain = async (again: boolean) => {
    const options = { direction: 'send', profile: world.profile, rosterFile, again } as const;
    return (await launchBatch(world.operator, options)).batchId;
  };
  const first = await launchAgain(false);
  const doomed = await world.startWorker({ killAt: { checkpoint: 'after-answer', hit: 2 } });
  const ended = untilEnded(world, first);
  await doomed.ended;
  await world.startWorker();
  await ended;
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId: first });
  if (transfer === undefined) throw new Error('no transfer');
  const { transferId } = transfer;
  await controlTransfer(world.operator, { transferId, control: 'cancel' });
  await untilState(world, first, 'cancelled');

  const read = Math.max(...(await world.admin.mailbox()).map(({ id }) => id));
  const second = await launchAgain(true);
  await untilEnded(world, second, undefined, undefined, read);
  const [blocked] = await world.dataDir.ledger.transfers.list({ batchId: second });
  expect(blocked).toMatchObject({ state: 'failed', reason: 'EARLIER_UNKNOWN' });

  await expect(decideUnknowns(world.operator, { transferId, decision: 'resend', why: 'a test' })).rejects.toThrow(
    'DEED_NOT_EXPECTED',
  );
  await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'the other side has them' });
  const third = await launchAgain(true);
  await untilEnded(world, third, undefined, undefined, read);
  const [last] = await world.dataDir.ledger.transfers.list({ batchId: third });
  expect(last?.reason).not.toBe('EARLIER_UNKNOWN');
});

test('where the profile says that repeats are harmless, a write whose answer was lost goes again by itself', async () => {
  const directory = join(world.directory, 'harmless');
  const send = 'write_timeout_ms = 1500\nrepeats_harmless = true';
  const path = await writeProfile(directory, world.sandbox, { top: 'heartbeat_timeout_ms = 2000', send });
  const profile = await loadProfile(path, { dirs: [] });
  await world.admin.switches({ repeatedId: 'upsert' });
  await world.admin.faults([{ kind: 'reset-after-storing', route: 'POST /r4', ordinals: [1] }]);
  const { rosterFile } = await writeDemo({ dir: join(world.directory, 'roster'), seed: 13, members: 1 });
  const { batchId } = await launchBatch(world.operator, { direction: 'send', profile, rosterFile, again: false });
  await world.startWorker();
  await untilEnded(world, batchId);
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  expect(transfer?.state).toBe('sent');
  expect(transfer?.projection.writes.tries['bundle/1']).toBe(2);
});
