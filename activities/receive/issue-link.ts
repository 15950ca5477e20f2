import { newCodeVerifier } from '../../adapters/oauth/pkce.ts';
import { newState } from '../../adapters/oneup/oauth.ts';
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
    const state = newState();
    const stateHash = keys.linkStateHash(state);
    const expiresAtMs = deadlineMs ?? clock() + profile.receive.linkLifetimeSeconds * 1000;
    const sealed = secrets.prepare({ transferId, kind: 'link-state', value: state, expiresAtMs });
    // Kept until a code that came at the link's last moment is over.
    const keptUntilMs = expiresAtMs + profile.receive.codeLifetimeSeconds * 1000;
    const verifier =
      profile.receive.pkce === 'S256'
        ? secrets.prepare({ transferId, kind: 'code-verifier', value: newCodeVerifier(), expiresAtMs: keptUntilMs })
        : undefined;
    await ledger.links.issue({
      stateHash,
      transferId,
      revision,
      state: sealed,
      ...(verifier && { verifier }),
      expiresAtMs,
      actor: 'worker',
    });
    log.event('link-issued', { transferId, revision });
    return { revision };
  };
}
