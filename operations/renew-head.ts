import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { BatchId } from '../schemas/ids.ts';

/** The head over all transfers of a closed batch has moved with their events; of an earlier run, too, that died before this. */
export async function renewHead({ batches }: Ledger, batchId: BatchId): Promise<void> {
  const { closedAt, headHash } = await batches.get(batchId);
  if (closedAt !== undefined && (await batches.headHash(batchId)) !== headHash) await batches.close(batchId);
}
