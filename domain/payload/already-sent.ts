import type { ResourceKey } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { WriteAccount } from '../accounting/write-account.ts';

/** A resource that an earlier transfer of the member had confirmed. */
export interface SentBefore {
  /** The id that it has at the counterpart; absent where the counterpart did not say one. */
  readonly storedId?: string;
}

/** What the counterpart has confirmed already, by resource key. */
export type AlreadySent = ReadonlyMap<ResourceKey, SentBefore>;

/** What one transfer has confirmed, as its plan and its account say. */
export function sentBy(
  { resources, idAssignment }: Pick<Plan, 'resources' | 'idAssignment'>,
  { fates, storedIds }: Pick<WriteAccount, 'fates' | 'storedIds'>,
): AlreadySent {
  const sent = new Map<ResourceKey, SentBefore>();
  for (const { ordinal, resourceKey, targetId } of resources) {
    if (fates[ordinal] !== 'c') continue;
    // An id that is the one that we fixed is not kept again with the answer.
    const storedId = storedIds[ordinal] ?? (idAssignment === 'caller' ? targetId : undefined);
    sent.set(resourceKey, storedId === undefined ? {} : { storedId });
  }
  return sent;
}
