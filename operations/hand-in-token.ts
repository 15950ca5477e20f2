import { decodeJwt } from 'jose';

import type { SendProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asDeedId, type TransferId } from '../schemas/ids.ts';
import type { LedgerEventBody } from '../schemas/ledger-events.ts';
import type { TransferState } from '../schemas/states.ts';
import type { Operator } from './operator.ts';
import { recordDeed, type DeedRecorded } from './record-deed.ts';

export interface HandInToken {
  readonly transferId: TransferId;
  readonly accessToken: string;
  readonly send: SendProfile;
  /** When the mail with the token was sent, where the person knows it. Milliseconds since 1970. */
  readonly mailedAtMs?: number;
  /** The base URL that the mail's example posts to, where the person gives it. */
  readonly postBaseUrl?: string;
}

type ExpiryFrom = Extract<LedgerEventBody, { kind: 'token-received' }>['expiryFrom'];

/** A token is of use from the moment the review was asked for; it may arrive before anybody recorded the approval. */
const awaitingToken: readonly TransferState[] = [
  'prepared',
  'approval-requested',
  'changes-requested',
  'clarification-requested',
  'token-waiting',
  'sending',
  'paused',
  'needs-decision',
];

/** RFC 6750, section 2.1: what a Bearer token may look like. */
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * Takes the two-hour token that the counterpart mailed (seed, "Your access token expires after two hours"): sealed at once,
 * in the transaction that records it. Throws TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_ORIGIN_REFUSED, TOKEN_USED_ELSEWHERE,
 * DEED_NOT_EXPECTED; then nothing was recorded.
 */
export async function handInToken(
  operator: Operator,
  token: HandInToken,
): Promise<DeedRecorded & { expiresAt: string }> {
  if (!bearerToken.test(token.accessToken)) throw new CarryoverError('TOKEN_INVALID');
  refuseOtherOrigin(token);
  const { expiresAtMs, expiryFrom } = expiryOf(operator, token);
  if (expiresAtMs <= operator.clock()) throw new CarryoverError('TOKEN_EXPIRED');
  const fingerprint = operator.keys.fingerprint(token.accessToken);
  await refuseTokenOfAnother(operator, token.transferId, fingerprint);

  const expiresAt = new Date(expiresAtMs).toISOString();
  const recorded = await recordDeed(operator, {
    transferId: token.transferId,
    // The same token handed in twice is one deed.
    deedId: asDeedId(`token-${operator.keys.keyedHash('token', token.transferId, fingerprint).slice(0, 32)}`),
    signal: 'tokenReceived',
    actor: operator.actor,
    expected: awaitingToken,
    secret: { transferId: token.transferId, kind: 'access-token', value: token.accessToken, expiresAtMs },
    says: ({ deedId, secretId }) => {
      if (secretId === undefined) throw new CarryoverError('SECRET_GONE');
      return {
        body: { kind: 'token-received', deedId, secretId, fingerprint, expiresAt, expiryFrom },
        message: { deedId, secretId, expiresAtMs },
      };
    },
  });
  return { ...recorded, expiresAt };
}

function refuseOtherOrigin({ postBaseUrl, send }: HandInToken): void {
  if (postBaseUrl === undefined) return;
  if (!URL.canParse(postBaseUrl) || new URL(postBaseUrl).origin !== new URL(send.fhirBaseUrl).origin)
    throw new CarryoverError('TOKEN_ORIGIN_REFUSED');
}

/** The JWT's own `exp` where it can be read, else the mail's time plus the lifetime, else from now, marked as assumed. */
function expiryOf(
  { clock }: Operator,
  { accessToken, mailedAtMs, send }: HandInToken,
): { expiresAtMs: number; expiryFrom: ExpiryFrom } {
  const exp = expOf(accessToken);
  if (exp !== undefined) return { expiresAtMs: exp * 1000, expiryFrom: 'exp' };
  const lifetimeMs = send.tokenLifetimeSeconds * 1000;
  return mailedAtMs === undefined
    ? { expiresAtMs: clock() + lifetimeMs, expiryFrom: 'assumed' }
    : { expiresAtMs: mailedAtMs + lifetimeMs, expiryFrom: 'mail' };
}

function expOf(accessToken: string): number | undefined {
  try {
    return decodeJwt(accessToken).exp;
  } catch {
    return undefined;
  }
}

async function refuseTokenOfAnother({ secrets }: Operator, transferId: TransferId, fingerprint: string): Promise<void> {
  const known = await secrets.findByFingerprint(fingerprint);
  if (known !== undefined && known.transferId !== transferId) throw new CarryoverError('TOKEN_USED_ELSEWHERE');
}
