import { type Client, WorkflowNotFoundError } from '@temporalio/client';

import type { TransferId } from '../../schemas/ids.ts';
import { transferWorkflowId } from '../../schemas/transfer.ts';

/**
 * Those of the transfers whose workflow is closed or gone. Asks Temporal's index for all of them in one call, and for each that it
 * does not name the workflow itself, because the index may lag behind.
 */
export async function lostAmong(temporal: Client, transferIds: readonly TransferId[]): Promise<readonly TransferId[]> {
  if (transferIds.length === 0) return [];
  const ids = transferIds.map((transferId) => `'${transferWorkflowId(transferId)}'`).join(', ');
  const running = new Set<string>();
  const query = `ExecutionStatus = 'Running' AND WorkflowId IN (${ids})`;
  for await (const { workflowId } of temporal.workflow.list({ query })) running.add(workflowId);
  const lost: TransferId[] = [];
  for (const transferId of transferIds)
    if (!running.has(transferWorkflowId(transferId)) && !(await isRunning(temporal, transferId))) lost.push(transferId);
  return lost;
}

async function isRunning(temporal: Client, transferId: TransferId): Promise<boolean> {
  try {
    const { status } = await temporal.workflow.getHandle(transferWorkflowId(transferId)).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
