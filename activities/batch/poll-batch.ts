import { deliverDeeds } from '../../adapters/temporal/deliver-deeds.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { BatchProgress } from '../../schemas/transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** How far a batch is, by the ledger. On the way it hands over again what was committed and not signalled. */
export function pollBatch({ ledger, temporal, log }: ActivityDependencies) {
  return async ({ batchId }: { readonly batchId: BatchId }): Promise<BatchProgress> => {
    await deliverDeeds({ ledger, temporal, log }, { batchId });
    const { rows, ended, byState } = await ledger.transfers.progress(batchId);
    return { rows, ended, byState };
  };
}
