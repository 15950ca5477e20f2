import type { TransferId } from '../../schemas/ids.ts';
import { transferWorkflowId } from '../../schemas/transfer.ts';
import type { World } from './open-world.ts';

/** How large the Temporal history of a transfer is. */
export async function historyFacts(
  { operator }: World,
  transferId: TransferId,
): Promise<{ events: number; activities: number; workflowTasks: number }> {
  const history = await operator.temporal.workflow.getHandle(transferWorkflowId(transferId)).fetchHistory();
  const events = history.events ?? [];
  return {
    events: events.length,
    activities: events.filter((event) => event.activityTaskScheduledEventAttributes).length,
    workflowTasks: events.filter((event) => event.workflowTaskCompletedEventAttributes).length,
  };
}
