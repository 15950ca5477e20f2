import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';

import type { BatchId } from '../../schemas/ids.ts';
import { batchWorkflowId, workflowTaskQueue, type RunBatchInput } from '../../schemas/transfer.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ObjectStore } from '../objects/object-store.ts';

interface Starting {
  readonly temporal: Client;
  readonly ledger: Pick<Ledger, 'batches'>;
  readonly objects: ObjectStore;
  readonly keys: Pick<KeyRing, 'installationId'>;
}

/** Starts the workflow of a batch that is in the ledger; one that runs already is left alone. */
export async function startBatch({ temporal, ledger, objects, keys }: Starting, batchId: BatchId): Promise<void> {
  const { direction, counterpartId, profileObject } = await ledger.batches.get(batchId);
  const { heartbeatTimeoutMs } = JSON.parse((await objects.get(profileObject)).toString()) as {
    heartbeatTimeoutMs: number;
  };
  const input: RunBatchInput = { batchId, direction, counterpartId, heartbeatTimeoutMs, launched: false };
  try {
    await temporal.workflow.start('runBatch', {
      workflowId: batchWorkflowId(batchId),
      taskQueue: workflowTaskQueue(keys.installationId),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [input],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Starts every batch that was recorded while Temporal could not be reached. */
export async function startRecordedBatches(starting: Starting): Promise<void> {
  for (const { batchId, launched } of await starting.ledger.batches.list())
    if (!launched) await startBatch(starting, batchId);
}
