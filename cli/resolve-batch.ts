import type { Batch } from '../adapters/ledger/batches.ts';
import type { Ledger } from '../adapters/ledger/ledger.ts';
import { CarryoverError } from '../schemas/failures.ts';

/** Finds the batch of a full id or of a prefix of at least 4 digits that only one has. Throws BATCH_NOT_FOUND. */
export async function resolveBatch({ batches }: Ledger, idOrPrefix: string): Promise<Batch> {
  const all = await batches.list();
  const exact = all.find(({ batchId }) => batchId === idOrPrefix);
  const found = idOrPrefix.length >= 4 ? all.filter(({ batchId }) => batchId.startsWith(idOrPrefix)) : [];
  const [only] = found;
  if (exact !== undefined) return exact;
  if (only === undefined) throw new CarryoverError('BATCH_NOT_FOUND');
  if (found.length > 1) throw new CarryoverError('BATCH_NOT_FOUND', `${found.length} batches begin so.`);
  return only;
}
