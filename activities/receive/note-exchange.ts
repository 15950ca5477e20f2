import type { Link } from '../../adapters/ledger/links.ts';
import { noteUsedTwice } from '../../adapters/ledger/note-used-twice.ts';
import type { PreparedSecret } from '../../adapters/ledger/secret-rows.ts';
import type { OAuthError } from '../../adapters/oauth/token-answer.ts';
import type { TokenAnswer } from '../../adapters/oneup/oauth.ts';
import type { ReceiveProfile } from '../../schemas/counterpart.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { ExchangeCodeResult } from './exchange-code.ts';
import { sealedGrant } from './sealed-grant.ts';
import { unsentFailure } from './unsent-failure.ts';

/** One try to exchange a code. */
export interface Exchange {
  readonly transferId: TransferId;
  /** The sealed code. */
  readonly secretId: SecretId;
  readonly tryNumber: number;
  readonly receive: ReceiveProfile;
  /** Where the code came back from. */
  readonly link: Link;
}

/**
 * Notes what became of a try, and says what follows from it. Throws COUNTERPART_UNREACHABLE or COUNTERPART_THROTTLED where it is
 * proved that nobody has seen the code: then the same code may be tried again while it lives.
 */
export async function noteExchange(
  deps: ActivityDependencies,
  exchange: Exchange,
  answer: TokenAnswer,
): Promise<ExchangeCodeResult> {
  const { transferId, receive } = exchange;
  deps.log.event('code-exchanged', { transferId, outcome: answer.kind });
  if (answer.kind === 'granted') {
    const { secrets, noted } = sealedGrant(deps, transferId, answer, receive);
    const granted = { kind: 'exchange-answered', outcome: 'granted', ...noted } as const;
    // Tokens and event in one transaction: no crash leaves one without the other.
    await appendExchange(deps, exchange, granted, secrets);
    const { accessTokenId, expiresAt } = noted;
    return { kind: 'granted', accessTokenId, expiresAtMs: Date.parse(expiresAt) };
  }
  const outcome = answer.kind === 'client-rejected' ? 'refused' : answer.kind;
  const reason = reasonOf(answer);
  const error = answer.kind === 'refused' && answer.error !== undefined ? { error: answer.error } : {};
  await appendExchange(deps, exchange, { kind: 'exchange-answered', outcome, reason, ...error });
  // The same code may be tried again while it lives.
  if (answer.kind === 'unsent') throw unsentFailure(answer);
  if (isUsedUp(exchange, answer)) await noteUsedTwice(deps.ledger, transferId, exchange.link.revision);
  return reason === 'OAUTH_REQUEST_REJECTED' ? { kind: 'stopped', reason } : { kind: answer.kind };
}

type NotGranted = Exclude<TokenAnswer, { kind: 'granted' }>;

function reasonOf(answer: NotGranted): FailureCode {
  switch (answer.kind) {
    case 'client-rejected':
      return 'CLIENT_REJECTED';
    case 'unsent':
      return 'COUNTERPART_UNREACHABLE';
    case 'unknown':
      return 'EXCHANGE_UNKNOWN';
    case 'refused':
      return refusals[answer.error ?? 'invalid_grant'];
  }
}

/** RFC 6749, 5.2: only `invalid_grant` is about the code; the others would meet the next code, too. */
const refusals = {
  invalid_grant: 'EXCHANGE_REFUSED',
  invalid_client: 'CLIENT_REJECTED',
  invalid_request: 'OAUTH_REQUEST_REJECTED',
  unauthorized_client: 'OAUTH_REQUEST_REJECTED',
  unsupported_grant_type: 'OAUTH_REQUEST_REJECTED',
  invalid_scope: 'OAUTH_REQUEST_REJECTED',
} as const satisfies Record<OAuthError, FailureCode>;

/** A living code that is worth nothing at its second try was used meanwhile: by the first try, or by somebody else. */
function isUsedUp({ tryNumber }: Exchange, answer: NotGranted): boolean {
  return tryNumber > 1 && answer.kind === 'refused' && answer.error === 'invalid_grant';
}

/** Appends an event of a try. */
export async function appendExchange(
  { ledger }: ActivityDependencies,
  { transferId, secretId, tryNumber }: Exchange,
  body: LedgerEventBody,
  secrets: readonly PreparedSecret[] = [],
): Promise<void> {
  await ledger.append(transferId, { subject: `code/${secretId}`, tryNumber, actor: 'worker', body }, { secrets });
}
