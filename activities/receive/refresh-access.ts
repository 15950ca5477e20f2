import type { PreparedSecret } from '../../adapters/ledger/secret-rows.ts';
import { refreshToken, type TokenAnswer } from '../../adapters/oneup/oauth.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { readSecretFile } from '../../adapters/profile/read-secret-file.ts';
import type { CounterpartProfile, ReceiveProfile } from '../../schemas/counterpart.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { sealedGrant } from './sealed-grant.ts';
import { unsentFailure } from './unsent-failure.ts';

/** `none`: there is no refresh token, or it is worth nothing any more; the member gets a new link. */
export type Refreshed =
  /** Milliseconds since 1970. */
  | { readonly kind: 'granted'; readonly accessTokenId: SecretId; readonly expiresAtMs: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'client-rejected' };

/**
 * Gets a new access token with the refresh token that came with the last one (RFC 6749, 6), which may be good for one use only:
 * so the attempt is committed first, under a key that only one attempt can have, and a lost answer is never asked for again.
 * New tokens, the event and the end of the old refresh token are one transaction. Throws COUNTERPART_UNREACHABLE where it is
 * proved that nothing was sent, COUNTERPART_THROTTLED after a 429: then the same token may be used again.
 */
export async function refreshAccess(deps: ActivityDependencies, transferId: TransferId): Promise<Refreshed> {
  const { batchId, projection } = await deps.ledger.transfers.get(transferId);
  const refreshTokenId = projection.token?.refreshTokenId;
  const { receive, environment } = await frozenProfile(deps, batchId);
  if (receive === undefined || !receive.useRefreshToken || refreshTokenId === undefined) return { kind: 'none' };
  const token = await deps.secrets.open(refreshTokenId);
  if (token === undefined) return { kind: 'none' };
  return refreshWith(deps, { transferId, receive, environment, refreshTokenId, value: token.value });
}

/** A refresh token as a transfer is about to use it. */
export interface RefreshTokenInHand {
  readonly transferId: TransferId;
  readonly receive: ReceiveProfile;
  readonly environment: CounterpartProfile['environment'];
  readonly refreshTokenId: SecretId;
  readonly value: string;
  /** It was another transfer's, and goes over with the first try. */
  readonly firstTry?: { readonly keptFrom: TransferId; readonly secrets: readonly PreparedSecret[] };
}

/** As `refreshAccess`, with this token. */
export async function refreshWith(deps: ActivityDependencies, inHand: RefreshTokenInHand): Promise<Refreshed> {
  const { transferId, receive, environment, refreshTokenId, value, firstTry } = inHand;
  const tryNumber = await nextTry(deps, transferId, refreshTokenId);
  if (tryNumber === undefined) return { kind: 'none' };

  // Before the attempt: what fails here has used nothing.
  const clientSecret = await readSecretFile(receive.clientSecretFile);
  const { keptFrom, secrets } = firstTry ?? {};
  const attempted = {
    kind: 'refresh-attempted',
    secretId: refreshTokenId,
    ...(keptFrom !== undefined && { keptFrom }),
  } as const;
  const begun = await append(deps, transferId, refreshTokenId, tryNumber, attempted, secrets);
  // Another attempt of this slice was quicker: the token is its to use.
  if (begun.kind !== 'appended') return { kind: 'none' };
  const answer = await refreshToken({
    pools: deps.pools(environment),
    tokenUrl: receive.tokenUrl,
    clientId: receive.clientId,
    clientSecret,
    refreshToken: value,
    timeoutMs: receive.requestTimeoutMs,
  });
  deps.log.event('token-refreshed', { transferId, outcome: answer.kind });
  return note(deps, inHand, tryNumber, answer);
}

async function note(
  deps: ActivityDependencies,
  { transferId, receive, refreshTokenId }: RefreshTokenInHand,
  tryNumber: number,
  answer: TokenAnswer,
): Promise<Refreshed> {
  if (answer.kind === 'granted') {
    // A server that does not rotate gives no new refresh token: the old one stays good (RFC 6749, 6).
    const kept = answer.refreshToken === undefined ? { refreshTokenId } : {};
    const { secrets, noted } = sealedGrant(deps, transferId, answer, receive);
    const body = { kind: 'refresh-answered', outcome: 'granted', ...kept, ...noted } as const;
    await append(deps, transferId, refreshTokenId, tryNumber, body, secrets);
    if (answer.refreshToken !== undefined) await deps.secrets.destroy(refreshTokenId);
    return { kind: 'granted', accessTokenId: noted.accessTokenId, expiresAtMs: Date.parse(noted.expiresAt) };
  }
  const outcome = answer.kind === 'client-rejected' ? 'refused' : answer.kind;
  await append(deps, transferId, refreshTokenId, tryNumber, { kind: 'refresh-answered', outcome });
  if (answer.kind === 'unsent') throw unsentFailure(answer);
  await deps.secrets.destroy(refreshTokenId);
  return { kind: answer.kind === 'client-rejected' ? 'client-rejected' : 'none' };
}

/** The number of the next try; undefined where an earlier one has no answer, so that the token may have been used. */
async function nextTry(
  { ledger }: ActivityDependencies,
  transferId: TransferId,
  refreshTokenId: SecretId,
): Promise<number | undefined> {
  const events = (await ledger.events(transferId)).filter(({ subject }) => subject === subjectOf(refreshTokenId));
  const attempts = events.filter(({ body }) => body.kind === 'refresh-attempted').length;
  return attempts === events.length - attempts ? attempts + 1 : undefined;
}

function subjectOf(refreshTokenId: SecretId): string {
  return `refresh/${refreshTokenId}`;
}

function append(
  { ledger }: ActivityDependencies,
  transferId: TransferId,
  refreshTokenId: SecretId,
  tryNumber: number,
  body: LedgerEventBody,
  secrets: readonly PreparedSecret[] = [],
) {
  const event = { subject: subjectOf(refreshTokenId), tryNumber, actor: 'worker', body };
  return ledger.append(transferId, event, { secrets });
}
