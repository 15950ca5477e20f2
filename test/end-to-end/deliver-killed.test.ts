import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import { launchBatch } from '../../operations/launch-batch.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { authorize, callBack } from '../support/browsers.ts';
import type { FileSteps } from '../support/die-at-file-step.ts';
import { folderSums } from '../support/folder-sums.ts';
import { untilReceived } from '../support/members-at-browsers.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { writeReceiveRoster } from '../support/receive-roster.ts';
import { untilState } from '../support/until-state.ts';

let world: World;

beforeEach(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    generatedMembers: 2,
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500',
    receive: 'resource_types = ["Encounter"]',
  });
});
afterEach(() => world.close());

async function launch(): Promise<{ batchId: BatchId; first: TransferId }> {
  const { rosterFile } = await writeReceiveRoster(world);
  const { profile } = world;
  const { batchId } = await launchBatch(world.operator, { direction: 'receive', profile, rosterFile, again: false });
  await untilState(world, batchId, 'link-issued', 2);
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  return { batchId, first: transfer.transferId };
}

const deliver = (batchId: BatchId, ...args: string[]) =>
  runCarryover(['deliver', batchId, ...args, '--data-dir', world.dataDir.paths.root]);

const deaths: readonly { readonly dieAt: NonNullable<FileSteps['dieAt']>; readonly when: string }[] = [
  { dieAt: { kind: 'create', time: 3 }, when: 'among the files' },
  { dieAt: { kind: 'rename', time: 1 }, when: 'before the earlier delivery is set aside' },
  { dieAt: { kind: 'rename', time: 2 }, when: 'between the two renames' },
];

test.for(deaths)(
  'a batch whose worker is killed in its delivery, $when, is delivered whole by the next worker, and the earlier delivery stays until then',
  { timeout: 240_000 },
  async ({ dieAt }) => {
    const { deliveries } = world.dataDir.paths;
    const dieAtFileStep: FileSteps = { prefix: `${deliveries}/`, dieAt };
    const doomed = await world.startWorker({ dieAtFileStep });
    const { batchId, first } = await launch();
    await callBack(world, await authorize(world, first));
    await untilState(world, batchId, 'stored');
    expect((await deliver(batchId)).exitCode).toBe(4);
    const folder = join(deliveries, batchId);
    const earlier = await folderSums(folder);

    const received = untilReceived(world, batchId);
    await doomed.ended;
    const found = (await folderSums(folder)) ?? (await folderSums(join(deliveries, `.${batchId}.previous`)));
    const elsewhere = join(world.directory, 'elsewhere');
    expect((await deliver(batchId, '--out', elsewhere)).exitCode).toBe(0);
    const whole = await folderSums(elsewhere);
    expect([earlier, whole]).toContainEqual(found);
    expect(earlier).not.toEqual(whole);

    await world.startWorker();
    await received;
    expect(await folderSums(folder)).toEqual(whole);
    expect(await readdir(deliveries)).toEqual([batchId]);
  },
);
