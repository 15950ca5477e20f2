import type { CounterpartProfile } from '../schemas/counterpart.ts';
import type { BatchId } from '../schemas/ids.ts';
import type { Operator } from './operator.ts';

/** The counterpart profile as it was when the batch was launched. Throws BATCH_NOT_FOUND, OBJECT_MISSING. */
export async function frozenProfile(
  { ledger, objects }: Pick<Operator, 'ledger' | 'objects'>,
  batchId: BatchId,
): Promise<CounterpartProfile> {
  const { profileObject } = await ledger.batches.get(batchId);
  return JSON.parse((await objects.get(profileObject)).toString()) as CounterpartProfile;
}
