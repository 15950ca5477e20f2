import { withoutContent } from '../../domain/payload/without-content.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { openPlanIfKept, sentIndexOf } from './open-plan.ts';

/**
 * Keeps what of a plan later transfers of the member and auditors need, before the plan is purged: which resources it held, by keyed
 * hash. Again is harmless. Throws OBJECT_UNREADABLE.
 */
export async function keepSentIndex(objects: ObjectStore, transferId: TransferId): Promise<void> {
  const plan = await openPlanIfKept({ objects }, transferId);
  if (plan === undefined) return;
  await objects.put(sentIndexOf(transferId), Buffer.from(JSON.stringify(withoutContent(plan))));
}
