import { newLink } from '../../adapters/links/new-link.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export interface IssueLinkInput {
  readonly transferId: TransferId;
  /** When the member is no longer waited for, milliseconds since 1970; an older history does not say. */
  readonly deadlineMs?: number;
}

/**
 * Issues the next authorization link of a transfer: a random, one-time state, kept as a hash to compare with and sealed so
 * that the link can be delivered (seed, "confirms the validity of a session"). With PKCE a code verifier is sealed beside it. Older
 * links stop working. It is good until the deadline.
 */
export function issueLink({ ledger, secrets, keys, clock, log, objects }: ActivityDependencies) {
  return async ({ transferId, deadlineMs }: IssueLinkInput): Promise<{ readonly revision: number }> => {
    const { batchId, projection } = await ledger.transfers.get(transferId);
    const profile = await frozenProfile({ ledger, objects }, batchId);
    if (profile.receive === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
    const revision = projection.revision + 1;
    const expiresAtMs = deadlineMs ?? clock() + profile.receive.linkLifetimeSeconds * 1000;
    const link = newLink({ keys, secrets }, { transferId, revision, expiresAtMs, receive: profile.receive });
    await ledger.links.issue({ ...link, actor: 'worker' });
    log.event('link-issued', { transferId, revision });
    return { revision };
  };
}
