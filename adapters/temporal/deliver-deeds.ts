import { WorkflowNotFoundError, type Client } from '@temporalio/client';

import type { BatchId } from '../../schemas/ids.ts';
import { transferWorkflowId } from '../../schemas/transfer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EventLog } from '../log/event-log.ts';

interface Delivery {
  readonly ledger: Ledger;
  readonly temporal: Client;
  readonly log: EventLog;
}

/**
 * Hands committed deeds to their workflows, by signal. The deed id makes a second delivery harmless. A transfer that has
 * closed meanwhile has no use for it: the deed stays in the ledger and counts as delivered.
 */
export async function deliverDeeds(
  { ledger, temporal, log }: Delivery,
  { batchId, limit = 100 }: { readonly batchId?: BatchId; readonly limit?: number },
): Promise<number> {
  const deeds = await ledger.deeds.undelivered({ limit, ...(batchId === undefined ? {} : { batchId }) });
  for (const { deedId, transferId, signal, payload } of deeds) {
    try {
      await temporal.workflow.getHandle(transferWorkflowId(transferId)).signal(signal, payload);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    await ledger.deeds.markDelivered(deedId);
    log.event('deed-delivered', { transferId, step: signal });
  }
  return deeds.length;
}
