import type { BatchId } from '../../schemas/ids.ts';
import type { BatchProgress } from '../../schemas/transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Closes a batch: every row has its end, and the head over all transfers is written down. */
export function closeBatch({ ledger, log }: ActivityDependencies) {
  return async ({ batchId }: { readonly batchId: BatchId }): Promise<BatchProgress> => {
    await ledger.batches.close(batchId);
    const { rows, ended, byState } = await ledger.transfers.progress(batchId);
    log.event('batch-closed', { batchId, rows });
    return { rows, ended, byState };
  };
}
