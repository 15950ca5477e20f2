import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { lostAmong } from '../../activities/batch/lost-among.ts';
import { writeDemo } from '../../fixtures/write-demo.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { recordApproval } from '../../operations/record-approval.ts';
import { asTransferId, type BatchId, type TransferId } from '../../schemas/ids.ts';
import { transferWorkflowId } from '../../schemas/transfer.ts';
import { authorize, callBack } from '../support/browsers.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilState } from '../support/until-state.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
});
afterAll(() => world.close());

async function launch(direction: 'send' | 'receive', rosterFile: string, again = false): Promise<BatchId> {
  const { batchId } = await launchBatch(world.operator, {
    direction,
    profile: world.profile,
    rosterFile,
    again,
  });
  return batchId;
}

async function firstOf(batchId: BatchId): Promise<TransferId> {
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  return transfer.transferId;
}

test('an approval, a token and a callback that come while no worker runs are recorded, and carried out by the next one', async () => {
  const { rosterFile } = await writeDemo({ dir: join(world.directory, 'roster'), seed: 11, members: 1 });
  const sending = await launch('send', rosterFile);
  const receiving = await launch(
    'receive',
    join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv'),
  );
  const first = await world.startWorker();
  await untilState(world, sending, 'approval-requested');
  await untilState(world, receiving, 'link-issued', 4);
  await first.stop();

  const sent = await firstOf(sending);
  const [answer] = await world.admin.mailbox();
  const send = world.profile.profile.send;
  if (answer?.token === undefined || send === undefined) throw new Error('no answer');
  const { accessToken } = answer.token;
  expect(await recordApproval(world.operator, { transferId: sent, decision: 'approve' })).toMatchObject({
    delivery: 'recorded',
  });
  const recorded = await handInToken(world.operator, { transferId: sent, accessToken, send });
  expect(recorded.delivery).toBe('recorded');
  // The same token handed in again is the same deed.
  expect((await handInToken(world.operator, { transferId: sent, accessToken, send })).deedId).toBe(recorded.deedId);
  const received = await firstOf(receiving);
  expect(await callBack(world, await authorize(world, received))).toEqual({ kind: 'authorized' });

  await world.startWorker();
  await untilState(world, sending, 'sent');
  await untilState(world, receiving, 'stored');
  await judgeBatch(world, sending, { exact: true });
});

test('of the transfers of a batch those whose workflow is gone are found, and no other', async () => {
  const roster = join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv');
  const batchId = await launch('receive', roster, true);
  const worker = await world.startWorker();
  await untilState(world, batchId, 'link-issued', 4);
  await worker.stop();
  const { temporal } = world.operator;
  const ids = (await world.dataDir.ledger.transfers.list({ batchId })).map(({ transferId }) => transferId);
  const [, second] = ids;
  if (second === undefined) throw new Error('no transfer');
  await temporal.workflow.getHandle(transferWorkflowId(second)).terminate();
  expect(await lostAmong(temporal, ids)).toEqual([second]);
  const never = asTransferId('f'.repeat(32));
  expect(await lostAmong(temporal, [never])).toEqual([never]);
  expect(await lostAmong(temporal, [])).toEqual([]);
});
