import { join } from 'node:path';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import { writeDemo } from '../../fixtures/write-demo.ts';
import { decideUnknowns } from '../../operations/decide-unknowns.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
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

/** A transfer that needs a decision: a worker died before the first byte of its first bundle. */
async function transferWithUnknowns(): Promise<Transfer> {
  const { rosterFile } = await writeDemo({ dir: join(world.directory, 'roster'), seed: 6, members: 1 });
  const launch = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  const doomed = await world.startWorker({ killAt: { checkpoint: 'after-attempted', hit: 1 } });
  const ended = untilEnded(world, batchId);
  await doomed.ended;
  await world.startWorker();
  await ended;
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer?.state !== 'needs-decision') throw new Error('nothing needs a decision');
  return transfer;
}

test('a transfer whose token died after its last write asks about the unknowns, and for no token', async () => {
  const dir = join(world.directory, 'roster');
  const { rosterFile } = await writeFaultRoster({ dir, seed: 6, members: 1 });
  const launch = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  const doomed = await world.startWorker({ killAt: { checkpoint: 'after-attempted', hit: 3 } });
  const ended = untilEnded(world, batchId);
  await doomed.ended;
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  await world.dataDir.secrets.destroy(transfer!.projection.token!.secretId);
  await world.startWorker();
  await ended;
  expect(await world.dataDir.ledger.transfers.get(transfer!.transferId)).toMatchObject({
    state: 'needs-decision',
    projection: { bundles: 3, counts: { open: 0 } },
  });
});

test('unknowns that are resent in two parts go out together, once, when the last part is decided', async () => {
  const { transferId, batchId, projection } = await transferWithUnknowns();
  const ordinals = unknownOrdinals(projection.writes).slice(0, 3);
  const part = { transferId, decision: 'resend', why: 'not in their log' } as const;
  expect(await decideUnknowns(world.operator, { ...part, ordinals })).toMatchObject({ delivery: 'held' });
  expect((await world.dataDir.ledger.transfers.get(transferId)).state).toBe('needs-decision');
  expect(await decideUnknowns(world.operator, part)).toMatchObject({ delivery: 'taken', undecided: 0 });
  await untilState(world, batchId, 'sent');
  const { unknown, confirmed, stored } = await judgeBatch(world, batchId, { exact: true });
  expect({ unknown, confirmed }).toEqual({ unknown: 0, confirmed: stored });
});

test('of unknowns that are accepted in part, the rest is resent, and the transfer closes without asking again', async () => {
  const { transferId, batchId, projection } = await transferWithUnknowns();
  const ordinals = unknownOrdinals(projection.writes).slice(-3);
  await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'in their log', ordinals });
  await decideUnknowns(world.operator, { transferId, decision: 'resend', why: 'not in their log' });
  await untilState(world, batchId, 'sent-with-exceptions');
  const { unknown, confirmed, stored } = await judgeBatch(world, batchId, { exact: false });
  expect({ unknown, confirmed }).toEqual({ unknown: 3, confirmed: stored });
  const found = (await world.dataDir.ledger.events(transferId)).filter(({ body }) => body.kind === 'unknowns-found');
  expect(found).toHaveLength(1);
});
