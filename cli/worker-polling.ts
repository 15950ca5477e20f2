import { workflowTaskQueue } from '../schemas/transfer.ts';
import type { Temporal } from './installation.ts';

/** A poller that has not asked for so long is gone. */
const goneAfterMs = 90_000;

/** Whether a worker asks for work now; undefined where Temporal cannot be asked. */
export async function isWorkerPolling(temporal: Temporal | undefined): Promise<boolean | undefined> {
  if (temporal === undefined) return undefined;
  const { connection, namespace, installationId } = temporal;
  try {
    const { default: proto } = await import('@temporalio/proto');
    const { TaskQueueType } = proto.temporal.api.enums.v1;
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: workflowTaskQueue(installationId) },
      taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    });
    const sinceMs = Date.now() - goneAfterMs;
    return pollers.some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > sinceMs);
  } catch {
    return undefined;
  }
}

/** What a person needs to know about the worker, where work is open; undefined where all is well. */
export function workerNotice(polling: boolean | undefined): string | undefined {
  if (polling === true) return undefined;
  return polling === undefined
    ? 'Temporal cannot be reached: what is recorded goes on by itself once Temporal and `carryover worker` run.'
    : 'No worker is running: what is recorded goes on by itself once `carryover worker` runs.';
}
