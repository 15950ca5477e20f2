import { setTimeout as sleep } from 'node:timers/promises';

import type { BatchId, TransferId } from '../../schemas/ids.ts';
import { isRowEnd } from '../../schemas/states.ts';
import { authorize, callBack } from './browsers.ts';
import type { World } from './open-world.ts';
import { untilState } from './until-state.ts';

/** Links that are opened at once. */
const atOnce = 8;

/**
 * Plays the members of a receive batch: each opens every link that it gets, again where it led nowhere, until the batch is closed
 * or the rounds are used up.
 */
export async function untilReceived(world: World, batchId: BatchId, rounds = 1_200): Promise<void> {
  const { ledger } = world.dataDir;
  const done = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const waiting = await ledger.transfers.list({ batchId, states: ['link-issued'] });
    const open = waiting.filter(({ transferId, projection }) => !done.has(`${transferId} ${projection.revision}`));
    for (let from = 0; from < open.length; from += atOnce)
      await Promise.all(
        open.slice(from, from + atOnce).map(async ({ transferId, projection }) => {
          if (await openLink(world, transferId)) done.add(`${transferId} ${projection.revision}`);
        }),
      );
    if ((await ledger.batches.get(batchId)).closedAt !== undefined) return;
    await sleep(100);
  }
  const transfers = await ledger.transfers.list({ batchId });
  const left = transfers.filter(({ state }) => !isRowEnd(state)).map(({ line, state }) => `line ${line} ${state}`);
  throw new Error(`the batch is not closed; open: ${left.join(', ')}`);
}

/** The first member goes alone, so that a worker has loaded everything before many come. */
export async function untilFirstIsReceived(world: World, batchId: BatchId): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    const [first] = await world.dataDir.ledger.transfers.list({ batchId });
    if (first?.state === 'link-issued' && (await openLink(world, first.transferId))) break;
    await sleep(100);
  }
  await untilState(world, batchId, 'stored');
}

/** Whether the browser got back to us with what it had to. */
async function openLink(world: World, transferId: TransferId): Promise<boolean> {
  try {
    const { kind } = await callBack(world, await authorize(world, transferId));
    return kind !== 'refused';
  } catch {
    // The other side's page broke, or the link was replaced just now: the member tries again.
    return false;
  }
}
