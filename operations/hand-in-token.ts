import { decodeJwt } from 'jose';

import type { SendProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asDeedId, type TransferId } from '../schemas/ids.ts';
import type { LedgerEventBody } from '../schemas/ledger-events.ts';
import type { TransferState } from '../schemas/states.ts';
import type { Operator } from './operator.ts';
import { recordDeed, type DeedRecorded } from './record-deed.ts';
import { refuseAfterCancel } from './refuse-after-cancel.ts';

export interface HandInToken {
  readonly transferId: TransferId;
  readonly accessToken: string;
  readonly send: SendProfile;
  /** When the mail with the token was sent, where the person knows it. Milliseconds since 1970. */
  readonly mailedAtMs?: number;
  /** The base URL that the mail's example posts to, where the person gives it. */
  readonly postBaseUrl?: string;
  /** `send.fhir_base_url` of the profile as it is now, where a person changed it after the launch of the batch. */
  readonly changedBaseUrl?: string;
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
 * in the transaction that records it. Throws TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_ORIGIN_REFUSED, TOKEN_USED_ELSEWHERE, TOKEN_REJECTED
 * (it ended before), DEED_NOT_EXPECTED; then nothing was recorded.
 */
export async function handInToken(
  operator: Operator,
  token: HandInToken,
): Promise<DeedRecorded & { expiresAt: string }> {
  if (!bearerToken.test(token.accessToken)) throw new CarryoverError('TOKEN_INVALID');
  const fhirBaseUrl = changedBaseUrlOf(token);
  const { expiresAtMs, expiryFrom } = expiryOf(operator, token);
  if (expiresAtMs <= operator.clock()) throw new CarryoverError('TOKEN_EXPIRED');
  const fingerprint = operator.keys.fingerprint(token.accessToken);
  await refuseAfterCancel(operator, token.transferId);
  await refuseEnded(operator, token.transferId, fingerprint);

  const expiresAt = new Date(expiresAtMs).toISOString();
  const recorded = await recordDeed(operator, {
    transferId: token.transferId,
    // The same token handed in twice is one deed.
    deedId: asDeedId(`token-${operator.keys.keyedHash('token', token.transferId, fingerprint).slice(0, 32)}`),
    signal: 'tokenReceived',
    actor: operator.actor,
    expected: awaitingToken,
    secret: { transferId: token.transferId, kind: 'access-token', value: token.accessToken, expiresAtMs },
    alongside: async ({ handedInTokens }) => {
      if ((await handedInTokens.claim(fingerprint, token.transferId)) !== token.transferId)
        throw new CarryoverError('TOKEN_USED_ELSEWHERE');
    },
    says: ({ deedId, secretId }) => {
      if (secretId === undefined) throw new CarryoverError('SECRET_GONE');
      return {
        body: {
          kind: 'token-received',
          deedId,
          secretId,
          fingerprint,
          expiresAt,
          expiryFrom,
          ...(fhirBaseUrl !== undefined && { fhirBaseUrl }),
        },
        message: { deedId, secretId, expiresAtMs },
      };
    },
  });
  return { ...recorded, expiresAt };
}

/**
 * Where the token posts to, if not to what the profile said at the launch: what a person changed the profile to since then, and the
 * mail names too. Any other origin is refused.
 */
function changedBaseUrlOf({ postBaseUrl, changedBaseUrl, send }: HandInToken): string | undefined {
  if (postBaseUrl === undefined) return undefined;
  if (!URL.canParse(postBaseUrl)) throw new CarryoverError('TOKEN_ORIGIN_REFUSED');
  const { origin } = new URL(postBaseUrl);
  if (origin === new URL(send.fhirBaseUrl).origin) return undefined;
  if (changedBaseUrl === undefined || origin !== new URL(changedBaseUrl).origin)
    throw new CarryoverError('TOKEN_ORIGIN_REFUSED');
  return changedBaseUrl;
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

/** A token that ended for this transfer would be taken for a new one, and the transfer would wait on. */
async function refuseEnded({ ledger }: Operator, transferId: TransferId, fingerprint: string): Promise<void> {
  const events = (await ledger.events(transferId)).map(({ body }) => body);
  const received = events.findLast((body) => body.kind === 'token-received' && body.fingerprint === fingerprint);
  if (received?.kind !== 'token-received') return;
  const ended = events.find((body) => body.kind === 'token-ended' && body.secretId === received.secretId);
  if (ended?.kind === 'token-ended')
    throw new CarryoverError(ended.cause === 'rejected' ? 'TOKEN_REJECTED' : 'TOKEN_EXPIRED');
}
