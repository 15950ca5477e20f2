import type { CounterpartId, ResourceKey, TransferId } from '../../schemas/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { openPlan } from './open-plan.ts';

/** A resource that another transfer of the same member had confirmed. */
export interface SentBefore {
  readonly contentHash: string;
  /** The id under which the counterpart stored it, where it said one that is not ours. */
  readonly storedId?: string;
}

/**
 * What other transfers of a member have confirmed at a counterpart, by resource key. It follows from their plans and accounts
 * alone, so that nothing has to be written for it while bundles go out. Resource keys are keyed by member (design.md, rule 7).
 */
export async function alreadySent(
  { ledger, objects }: { readonly ledger: Pick<Ledger, 'transfers'>; readonly objects: ObjectStore },
  member: {
    readonly counterpartId: CounterpartId;
    readonly memberKey: string;
    /** The transfer that asks. */
    readonly except?: TransferId;
  },
): Promise<ReadonlyMap<ResourceKey, SentBefore>> {
  const sent = new Map<ResourceKey, SentBefore>();
  for (const { transferId, projection } of await ledger.transfers.confirmedOfMember(member)) {
    const { fates, storedIds } = projection.writes;
    for (const { ordinal, resourceKey, contentHash } of (await openPlan({ objects }, transferId)).resources) {
      if (fates[ordinal] !== 'c') continue;
      const storedId = storedIds[ordinal];
      sent.set(resourceKey, { contentHash, ...(storedId === undefined ? {} : { storedId }) });
    }
  }
  return sent;
}
