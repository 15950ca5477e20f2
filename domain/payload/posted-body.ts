import type { Plan } from '../../schemas/plan.ts';
import type { WriteAccount } from '../accounting/write-account.ts';
import { bundleBody } from './bundle-body.ts';
import { linkedJson, serverBundleBody } from './server-bundle-body.ts';

type Linked = Pick<WriteAccount, 'storedIds'>;

/** The exact text of the bundle that posts these resources of a plan. Pure: the same account gives the same bytes. */
export function postedBundle(plan: Plan, ordinals: readonly number[], { storedIds }: Linked): string {
  return plan.idAssignment === 'server' ? serverBundleBody(plan, ordinals, storedIds) : bundleBody(plan, ordinals);
}

/** The exact text that posts one resource alone. */
export function postedResource(plan: Plan, ordinal: number, { storedIds }: Linked): string {
  if (plan.idAssignment === 'server') return linkedJson(plan, ordinal, new Set(), storedIds);
  const planned = plan.resources[ordinal];
  if (planned?.fate.kind !== 'send') throw new RangeError(`Resource ${ordinal} is not one that the plan sends.`);
  return planned.json;
}
