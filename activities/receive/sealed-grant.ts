import type { PreparedSecret } from '../../adapters/ledger/secret-rows.ts';
import type { TokenAnswer } from '../../adapters/oneup/oauth.ts';
import type { ReceiveProfile } from '../../schemas/counterpart.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export interface SealedGrant {
  readonly secrets: readonly PreparedSecret[];
  /** What the ledger holds of the tokens. */
  readonly noted: {
    readonly accessTokenId: SecretId;
    readonly refreshTokenId?: SecretId;
    readonly fingerprint: string;
    readonly expiresAt: string;
  };
}

/**
 * Makes the tokens of a grant ready to be stored in the transaction of the event that speaks of them. `expires_in` is honoured
 * where it is there; a refresh token names no life of its own and is good for as long as a link would be, or as the profile keeps it.
 */
export function sealedGrant(
  { secrets, clock }: Pick<ActivityDependencies, 'secrets' | 'clock'>,
  transferId: TransferId,
  { accessToken, refreshToken, expiresInSeconds }: Extract<TokenAnswer, { kind: 'granted' }>,
  receive: ReceiveProfile,
): SealedGrant {
  const expiresAtMs = clock() + (expiresInSeconds ?? receive.accessTokenLifetimeSeconds) * 1000;
  const access = secrets.prepare({ transferId, kind: 'access-token', value: accessToken, expiresAtMs });
  const keptUntilMs = clock() + lifeOfRefreshToken(receive) * 1000;
  const refresh =
    refreshToken === undefined
      ? undefined
      : secrets.prepare({ transferId, kind: 'refresh-token', value: refreshToken, expiresAtMs: keptUntilMs });
  return {
    secrets: refresh === undefined ? [access] : [access, refresh],
    noted: {
      accessTokenId: access.secretId,
      ...(refresh !== undefined && { refreshTokenId: refresh.secretId }),
      fingerprint: access.fingerprint,
      expiresAt: new Date(expiresAtMs).toISOString(),
    },
  };
}

function lifeOfRefreshToken({
  keepRefreshToken,
  linkLifetimeSeconds,
  keptRefreshTokenLifetimeSeconds = linkLifetimeSeconds,
}: ReceiveProfile): number {
  return keepRefreshToken ? keptRefreshTokenLifetimeSeconds : linkLifetimeSeconds;
}
