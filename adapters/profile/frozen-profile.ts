import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ObjectStore } from '../objects/object-store.ts';

/** By the store that they lie in: one process may have two data directories open. */
const opened = new WeakMap<ObjectStore, Map<BatchId, CounterpartProfile>>();

/**
 * The counterpart profile as it was frozen when the batch was launched; a later edit of the file changes no running batch.
 * Throws BATCH_NOT_FOUND, OBJECT_MISSING, OBJECT_UNREADABLE.
 */
export async function frozenProfile(
  { ledger, objects }: { readonly ledger: Pick<Ledger, 'batches'>; readonly objects: ObjectStore },
  batchId: BatchId,
): Promise<CounterpartProfile> {
  const ofStore = opened.get(objects) ?? new Map<BatchId, CounterpartProfile>();
  opened.set(objects, ofStore);
  const known = ofStore.get(batchId);
  if (known !== undefined) return known;
  const { profileObject } = await ledger.batches.get(batchId);
  const profile = JSON.parse((await objects.get(profileObject)).toString()) as CounterpartProfile;
  ofStore.set(batchId, profile);
  return profile;
}
