import { deliverRecords } from '../../adapters/delivery/deliver-records.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';

/** Writes the delivery of a receive batch: NDJSON per type with a manifest, in clear, because people asked for it. */
export function deliverBatch({ ledger, objects, deliveriesDir, log }: ActivityDependencies) {
  return async ({ batchId }: { readonly batchId: BatchId }): Promise<void> =>
    heartbeating(async (beat) => {
      const stored = await ledger.transfers.list({ batchId, states: ['stored'] });
      const { createdAt } = await ledger.batches.get(batchId);
      const resources = await deliverRecords({
        directory: `${deliveriesDir}/${batchId}`,
        transactionTime: createdAt,
        transferIds: stored.map(({ transferId }) => transferId),
        objects,
        onMember: (count) => beat.report({ count }),
      });
      log.event('batch-delivered', { batchId, count: resources });
    });
}
