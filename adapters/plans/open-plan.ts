import { CarryoverError } from '../../schemas/failures.ts';
import { asObjectKey, type ObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { ObjectStore } from '../objects/object-store.ts';

/** Where the plan of a transfer is kept. */
export function planObjectOf(transferId: TransferId): ObjectKey {
  return asObjectKey(`plan/${transferId}`);
}

/** The stored plan of a transfer. Throws OBJECT_MISSING, OBJECT_UNREADABLE. */
export async function openPlan({ objects }: { readonly objects: ObjectStore }, transferId: TransferId): Promise<Plan> {
  return JSON.parse((await objects.get(planObjectOf(transferId))).toString()) as Plan;
}

/** As `openPlan`; undefined where the plan is no longer there. */
export async function openPlanIfKept(
  from: { readonly objects: ObjectStore },
  transferId: TransferId,
): Promise<Plan | undefined> {
  try {
    return await openPlan(from, transferId);
  } catch (error) {
    if (error instanceof CarryoverError && error.code === 'OBJECT_MISSING') return undefined;
    throw error;
  }
}
