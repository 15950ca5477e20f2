import { setTimeout as sleep } from 'node:timers/promises';

import type { BatchId } from '../../schemas/ids.ts';
import type { TransferState } from '../../schemas/states.ts';
import type { World } from './open-world.ts';

/** Waits until at least so many transfers of the batch stand in this state. */
export async function untilState(
  { dataDir }: World,
  batchId: BatchId,
  state: TransferState,
  count = 1,
  rounds = 600,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const { byState } = await dataDir.ledger.transfers.progress(batchId);
    if ((byState[state] ?? 0) >= count) return;
    await sleep(100);
  }
  const { byState } = await dataDir.ledger.transfers.progress(batchId);
  throw new Error(`never ${count} in ${state}: ${JSON.stringify(byState)}`);
}
