import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';

import { openPlan } from '../../adapters/plans/open-plan.ts';
import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { decideUnknowns } from '../../operations/decide-unknowns.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { writeFaultRoster } from '../support/fault-roster.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilState } from '../support/until-state.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500',
    switches: { repeatedId: 'duplicate' },
  });
});
afterEach(() => world.close());

async function launch(): Promise<BatchId> {
  const { rosterFile } = await writeFaultRoster({ dir: join(world.directory, 'roster'), seed: 8, members: 1 });
  const options = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  return (await launchBatch(world.operator, options)).batchId;
}

async function theTransfer(batchId: BatchId) {
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  return transfer;
}

test('a record that changed after its plan was kept, and before the ledger said so, is sent as it was planned', async () => {
  const batchId = await launch();
  const doomed = await world.startWorker({ killAt: { checkpoint: 'after-plan-kept', hit: 1 } });
  await doomed.ended;
  const { transferId, projection } = await theTransfer(batchId);
  expect(projection.counts.resources).toBe(0);
  const plan = await openPlan(world.dataDir, transferId);
  const file = join(world.directory, 'roster', 'members', '0.ndjson');
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  await writeFile(file, `${lines.slice(0, 45).join('\n')}\n`);
  await world.startWorker();
  await untilEnded(world, batchId);
  const { state, projection: end } = await theTransfer(batchId);
  expect({ state, confirmed: end.counts.confirmed }).toEqual({ state: 'sent', confirmed: plan.counts.planned });
  await judgeBatch(world, batchId, { exact: true });
});

// Temporal does a step once more where the worker died before it could say that it was done.
describe('a worker killed after it wrote a step down, and before Temporal heard of it', () => {
  test('that unknowns were found: people decide meanwhile, and the transfer closes as they said', async () => {
    await world.admin.faults([{ kind: 'reset-after-storing', route: 'POST /r4', ordinals: [2] }]);
    const batchId = await launch();
    const doomed = await world.startWorker({ killAt: { checkpoint: 'after-unknowns-found', hit: 1 } });
    await untilEnded(world, batchId);
    await doomed.ended;
    const { transferId, projection } = await theTransfer(batchId);
    await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'they have it' });
    await world.startWorker();
    await untilState(world, batchId, 'sent-with-exceptions');
    const { unknown } = await judgeBatch(world, batchId, { exact: false });
    expect(unknown).toBe(projection.counts.unknown);
  });

  test('that the counterpart rejected a token: the transfer waits for the next one, and goes on with it', async () => {
    await world.admin.faults([{ kind: 'expire-token', route: 'POST /r4', ordinals: [2] }]);
    const batchId = await launch();
    const doomed = await world.startWorker({ killAt: { checkpoint: 'after-token-ended', hit: 1 } });
    const ended = untilEnded(world, batchId);
    await doomed.ended;
    await world.startWorker();
    const { transferId, recordObject } = await theTransfer(batchId);
    const { given, family, birthDate, previousMemberId } = await openMemberRecord(world.dataDir, { recordObject });
    const wish = { name: `${given} ${family}`, birthDate, previousMemberId };
    const { accessToken } = await world.admin.mintToken(wish);
    await handInToken(world.operator, { transferId, accessToken, send: world.profile.profile.send! });
    await ended;
    expect((await theTransfer(batchId)).state).toBe('sent');
    const causes = (await world.dataDir.ledger.events(transferId)).flatMap(({ body }) =>
      body.kind === 'token-ended' ? [body.cause] : [],
    );
    expect(causes).toEqual(['rejected']);
    await judgeBatch(world, batchId, { exact: true });
  });
});
