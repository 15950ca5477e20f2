import { type AlreadySent, type SentBefore, sentBy } from '../../domain/payload/already-sent.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { CounterpartId, ResourceKey, TransferId } from '../../schemas/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { openPlanOrIndex } from './open-plan.ts';

/**
 * What other transfers of a member have confirmed at a counterpart, or may have stored there, by resource key. It follows from their plans and accounts
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
): Promise<AlreadySent> {
  const sent = new Map<ResourceKey, SentBefore>();
  for (const { transferId, projection } of await ledger.transfers.sentOfMember(member)) {
    const plan = await openPlanOrIndex({ objects }, transferId);
    if (plan === undefined) throw new CarryoverError('OBJECT_MISSING');
    for (const [key, before] of sentBy(plan, projection.writes))
      // Of two that were sent all the same, the first that has an id is the one that others refer to; what is certain counts more.
      if (sent.get(key)?.storedId === undefined && !(sent.has(key) && before.acceptedUnknown)) sent.set(key, before);
  }
  return sent;
}
