import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';
import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { openPlanOrIndex } from '../adapters/plans/open-plan.ts';
import { unknownResources, type UnknownResource } from '../domain/accounting/unknown-resources.ts';

/** An unknown resource with its type, as the sealed plan has it; null where the plan is no longer there. */
export interface TypedUnknown extends UnknownResource {
  readonly resourceType: string | null;
}

/** The unknown and undecided resources of a transfer, with all that is known of each. Opens the plan for the types alone. */
export async function listUnknowns(
  { ledger, objects }: Pick<DataDir, 'ledger' | 'objects'>,
  { transferId, projection }: Transfer,
): Promise<readonly TypedUnknown[]> {
  const unknowns = unknownResources(projection.writes, await ledger.events(transferId));
  if (unknowns.length === 0) return [];
  const plan = await openPlanOrIndex({ objects }, transferId);
  return unknowns.map((unknown) => ({
    ...unknown,
    resourceType: plan?.resources[unknown.ordinal]?.resourceType ?? null,
  }));
}
