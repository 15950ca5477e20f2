import { deliverBatch as writeDelivery } from '../../adapters/delivery/deliver-batch.ts';
import { deliveryTarget, placeOfBatch } from '../../adapters/delivery/delivery-place.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';

/** Writes the delivery of a receive batch at its end, in clear, because people asked for it. */
export function deliverBatch({ ledger, objects, deliveriesDir, deliverTo, log }: ActivityDependencies) {
  return async ({ batchId }: { readonly batchId: BatchId }): Promise<void> =>
    heartbeating(async (beat) => {
      const target = deliveryTarget(placeOfBatch(deliverTo, batchId), { batchId, spoolDir: deliveriesDir });
      const onMember = (count: number): void => beat.report({ count });
      const { resources } = await writeDelivery({ batchId, target, ledger, objects, onMember });
      log.event('batch-delivered', { batchId, count: resources });
    });
}
