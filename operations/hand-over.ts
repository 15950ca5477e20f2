import { WorkflowNotFoundError, type Client } from '@temporalio/client';

import type { DeedId, TransferId } from '../schemas/ids.ts';
import {
  transferWorkflowId,
  type TransferProgress,
  type TransferSignalName,
  type TransferSignals,
} from '../schemas/transfer.ts';
import type { Operator } from './operator.ts';

/** A deed that is committed, and the signal that tells the workflow of it. */
export interface CommittedSignal<Name extends TransferSignalName = TransferSignalName> {
  readonly transferId: TransferId;
  readonly deedId: DeedId;
  readonly signal: Name;
  readonly message: TransferSignals[Name];
  /** False where nobody is there to take it, so that asking whether it was taken would only wait. */
  readonly ask?: boolean;
}

/** How long Temporal may take to take the signal; a member's browser may be waiting. */
const signalMs = 5_000;

/** How long the workflow may take to say that it has taken a deed. */
const acknowledgeMs = 3_000;

/**
 * Signals a committed deed, which is durable even with no worker up: `taken` by the workflow, or `recorded` and waiting. Where
 * Temporal cannot be reached the deed stays committed, and a sweep of the next worker hands it over.
 */
export async function handOver<Name extends TransferSignalName>(
  { ledger, temporal }: Operator,
  { transferId, deedId, signal, message, ask = true }: CommittedSignal<Name>,
): Promise<'taken' | 'recorded'> {
  if (temporal === undefined) return 'recorded';
  const handle = temporal.workflow.getHandle(transferWorkflowId(transferId));
  try {
    const signalBy = Date.now() + signalMs;
    await temporal.connection.withDeadline(signalBy, () => handle.signal(signal, message));
    await ledger.deeds.markDelivered(deedId);
    return ask && (await isTaken(temporal, transferId, deedId)) ? 'taken' : 'recorded';
  } catch (error) {
    // Committed is what counts: the sweep delivers it, or the transfer has ended and nobody waits for it.
    if (!(error instanceof WorkflowNotFoundError)) return 'recorded';
    await ledger.deeds.markDelivered(deedId);
    return 'taken';
  }
}

/** Whether the workflow says that it has taken the deed. Waits for the query's own end: a call left behind would outlive its connection. */
async function isTaken(temporal: Client, transferId: TransferId, deedId: DeedId): Promise<boolean> {
  const handle = temporal.workflow.getHandle(transferWorkflowId(transferId));
  try {
    const ask = () => handle.query<TransferProgress>('progress');
    const { deedsTaken } = await temporal.connection.withDeadline(Date.now() + acknowledgeMs, ask);
    return deedsTaken.includes(deedId);
  } catch {
    return false;
  }
}
