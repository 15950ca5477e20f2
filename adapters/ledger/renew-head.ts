import type { BatchId } from '../../schemas/ids.ts';
import type { Ledger } from './ledger.ts';

/** Takes the head over all transfers of a closed batch anew, where it has moved with their events; after a run that died before this, too. */
export async function renewHead({ batches }: Ledger, batchId: BatchId): Promise<void> {
  const { closedAt, headHash } = await batches.get(batchId);
  if (closedAt !== undefined && (await batches.headHash(batchId)) !== headHash) await batches.close(batchId);
}
