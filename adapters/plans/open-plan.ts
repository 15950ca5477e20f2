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

/** Where what was sent is kept once the plan itself is purged. */
export function sentIndexOf(transferId: TransferId): ObjectKey {
  return asObjectKey(`sent/${transferId}`);
}

/** As `openPlan`; of a purged plan what is kept of it: every resource without its content. */
export async function openPlanOrIndex(
  from: { readonly objects: ObjectStore },
  transferId: TransferId,
): Promise<Plan | undefined> {
  const plan = await openPlanIfKept(from, transferId);
  if (plan !== undefined) return plan;
  const index = sentIndexOf(transferId);
  return (await from.objects.has(index)) ? (JSON.parse((await from.objects.get(index)).toString()) as Plan) : undefined;
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
