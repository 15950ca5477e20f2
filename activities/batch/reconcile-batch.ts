import { WorkflowNotFoundError } from '@temporalio/client';

import type { BatchId, TransferId } from '../../schemas/ids.ts';
import { isRowEnd } from '../../schemas/states.ts';
import { transferWorkflowId } from '../../schemas/transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';
import { closeReceive } from '../receive/close-receive.ts';
import { closeSend } from '../send/close-send.ts';

const pageSize = 200;

/**
 * Compares the open transfers of a batch with Temporal. One whose workflow is closed or gone without an end in the ledger
 * becomes `failed: WORKFLOW_LOST`; its open tries stay unknown. So a batch never waits for the dead.
 */
export function reconcileBatch(deps: ActivityDependencies) {
  return async ({ batchId }: { readonly batchId: BatchId }): Promise<void> =>
    heartbeating(async (beat) => {
      const { direction } = await deps.ledger.batches.get(batchId);
      let after: TransferId | undefined;
      for (;;) {
        const page = await deps.ledger.transfers.list({ batchId, limit: pageSize, ...(after ? { after } : {}) });
        for (const { transferId, state } of page) {
          if (isRowEnd(state) || (await isRunning(deps, transferId))) continue;
          // It may have ended between the two looks.
          if (isRowEnd((await deps.ledger.transfers.get(transferId)).state)) continue;
          const end = { kind: 'failed', reason: 'WORKFLOW_LOST' } as const;
          await (direction === 'send' ? closeSend : closeReceive)(deps)({ transferId, end });
          deps.log.event('workflow-lost', { transferId, batchId }, 'warn');
        }
        after = page.at(-1)?.transferId;
        if (page.length < pageSize) return;
        beat.report({ checked: page.length });
      }
    });
}

async function isRunning({ temporal }: ActivityDependencies, transferId: TransferId): Promise<boolean> {
  try {
    const { status } = await temporal.workflow.getHandle(transferWorkflowId(transferId)).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
