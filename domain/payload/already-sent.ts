import type { ResourceKey } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { WriteAccount } from '../accounting/write-account.ts';

/** A resource that an earlier transfer of the member had confirmed, or may have stored. */
export interface SentBefore {
  /** The id that it has at the counterpart; absent where the counterpart did not say one. */
  readonly storedId?: string;
  /** Its answer was lost, and a person accepted that it stays unknown: it may be there, so it does not go again. */
  readonly acceptedUnknown?: true;
}

/** What the counterpart has, or may have, already, by resource key. */
export type AlreadySent = ReadonlyMap<ResourceKey, SentBefore>;

/** What one transfer has confirmed, or left unknown for good, as its plan and its account say. */
export function sentBy(
  { resources, idAssignment }: Pick<Plan, 'resources' | 'idAssignment'>,
  { fates, storedIds }: Pick<WriteAccount, 'fates' | 'storedIds'>,
): AlreadySent {
  const sent = new Map<ResourceKey, SentBefore>();
  for (const { ordinal, resourceKey, targetId } of resources) {
    const fate = fates[ordinal];
    if (fate === 'a') sent.set(resourceKey, { acceptedUnknown: true });
    if (fate !== 'c') continue;
    // An id that is the one that we fixed is not kept again with the answer.
    const storedId = storedIds[ordinal] ?? (idAssignment === 'caller' ? targetId : undefined);
    sent.set(resourceKey, storedId === undefined ? {} : { storedId });
  }
  return sent;
}
