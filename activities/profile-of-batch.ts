import type { CounterpartProfile } from '../schemas/counterpart.ts';
import type { BatchId } from '../schemas/ids.ts';
import type { ActivityDependencies } from './dependencies.ts';

const opened = new Map<BatchId, CounterpartProfile>();

/** The counterpart profile as it was frozen when the batch was launched; a later edit of the file changes no running batch. */
export async function profileOfBatch(
  { ledger, objects }: Pick<ActivityDependencies, 'ledger' | 'objects'>,
  batchId: BatchId,
): Promise<CounterpartProfile> {
  const known = opened.get(batchId);
  if (known !== undefined) return known;
  const { profileObject } = await ledger.batches.get(batchId);
  const profile = JSON.parse((await objects.get(profileObject)).toString()) as CounterpartProfile;
  opened.set(batchId, profile);
  return profile;
}
