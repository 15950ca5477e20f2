import type { BatchId } from '../../schemas/ids.ts';
import { openStates } from '../../schemas/states.ts';
import { batchWorkflowId, lookNowSignal } from '../../schemas/transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/**
 * Tells the batch to look now where its last row has ended, so that nobody waits for its next slow round. Only a hint: it
 * may get lost, and the batch finds out by itself.
 */
export async function hintBatch(
  { ledger, temporal }: Pick<ActivityDependencies, 'ledger' | 'temporal'>,
  batchId: BatchId,
): Promise<void> {
  const { launched } = await ledger.batches.get(batchId);
  if (!launched) return;
  if (await ledger.transfers.anyIn(batchId, openStates)) return;
  await temporal.workflow
    .getHandle(batchWorkflowId(batchId))
    .signal(lookNowSignal)
    .catch(() => undefined);
}
