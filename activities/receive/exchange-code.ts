import type { PreparedSecret } from '../../adapters/ledger/secret-rows.ts';
import { exchangeCode as postCode, type TokenAnswer } from '../../adapters/oneup/oauth.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { readSecretFile } from '../../adapters/profile/read-secret-file.ts';
import type { ReceiveProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { sealedGrant } from './sealed-grant.ts';
import { unsentFailure } from './unsent-failure.ts';

export interface ExchangeCodeInput {
  readonly transferId: TransferId;
  /** The sealed authorization code. */
  readonly secretId: SecretId;
}

export type ExchangeCodeResult =
  /** Milliseconds since 1970; histories of older versions do not hold it. */
  | { readonly kind: 'granted'; readonly accessTokenId: SecretId; readonly expiresAtMs?: number }
  | { readonly kind: 'refused' | 'expired' | 'unknown' | 'client-rejected' };

/**
 * Exchanges an authorization code for tokens, exactly once (seed, Step 2). The attempt is committed first; if its answer is
 * lost, the code is never used again. Tokens are sealed before this returns.
 */
export function exchangeCode(deps: ActivityDependencies) {
  return async ({ transferId, secretId }: ExchangeCodeInput): Promise<ExchangeCodeResult> => {
    const { batchId } = await deps.ledger.transfers.get(transferId);
    const { receive, environment } = await frozenProfile(deps, batchId);
    if (receive === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
    const tries = await earlierTries(deps, transferId, secretId);
    if (tries.granted !== undefined) return { kind: 'granted', ...tries.granted };
    if (tries.open) return note(deps, transferId, secretId, tries.count, { kind: 'unknown' }, receive);
    const code = await deps.secrets.open(secretId);
    if (code === undefined || code.expiresAtMs <= deps.clock()) return { kind: 'expired' };

    // Before the attempt: what fails here has used nothing.
    const clientSecret = await readSecretFile(receive.clientSecretFile);
    const tryNumber = tries.count + 1;
    await append(deps, transferId, secretId, tryNumber, { kind: 'exchange-attempted', secretId });
    const answer = await postCode({
      pools: deps.pools(environment),
      tokenUrl: receive.tokenUrl,
      clientId: receive.clientId,
      clientSecret,
      code: code.value,
      timeoutMs: receive.requestTimeoutMs,
    });
    // Noted first: a crash in between must not lose the tokens.
    const noted = await note(deps, transferId, secretId, tryNumber, answer, receive);
    await deps.secrets.destroy(secretId);
    return noted;
  };
}

async function note(
  deps: ActivityDependencies,
  transferId: TransferId,
  secretId: SecretId,
  tryNumber: number,
  answer: TokenAnswer,
  receive: ReceiveProfile,
): Promise<ExchangeCodeResult> {
  deps.log.event('code-exchanged', { transferId, outcome: answer.kind });
  if (answer.kind === 'granted') {
    const { secrets, noted } = sealedGrant(deps, transferId, answer, receive);
    const granted = { kind: 'exchange-answered', outcome: 'granted', ...noted } as const;
    // Tokens and event in one transaction: no crash leaves one without the other.
    await append(deps, transferId, secretId, tryNumber, granted, secrets);
    const { accessTokenId, expiresAt } = noted;
    return { kind: 'granted', accessTokenId, expiresAtMs: Date.parse(expiresAt) };
  }
  const outcome = answer.kind === 'client-rejected' ? 'refused' : answer.kind;
  const reason = answer.kind === 'client-rejected' ? 'CLIENT_REJECTED' : reasons[answer.kind];
  await append(deps, transferId, secretId, tryNumber, { kind: 'exchange-answered', outcome, reason });
  // The same code may be tried again while it lives.
  if (answer.kind === 'unsent') throw unsentFailure(answer);
  return { kind: answer.kind };
}

const reasons = {
  refused: 'EXCHANGE_REFUSED',
  unsent: 'COUNTERPART_UNREACHABLE',
  unknown: 'EXCHANGE_UNKNOWN',
} as const;

async function earlierTries(
  { ledger }: ActivityDependencies,
  transferId: TransferId,
  secretId: SecretId,
): Promise<{ count: number; open: boolean; granted: { accessTokenId: SecretId; expiresAtMs: number } | undefined }> {
  const events = (await ledger.events(transferId)).filter(({ subject }) => subject === `code/${secretId}`);
  const attempts = events.filter(({ body }) => body.kind === 'exchange-attempted').length;
  const answers = events.flatMap(({ body }) => (body.kind === 'exchange-answered' ? [body] : []));
  const [granted] = answers.flatMap(({ accessTokenId, expiresAt = '' }) =>
    accessTokenId === undefined ? [] : [{ accessTokenId, expiresAtMs: Date.parse(expiresAt) }],
  );
  return { count: attempts, open: attempts > answers.length, granted };
}

async function append(
  { ledger }: ActivityDependencies,
  transferId: TransferId,
  secretId: SecretId,
  tryNumber: number,
  body: LedgerEventBody,
  secrets: readonly PreparedSecret[] = [],
): Promise<void> {
  await ledger.append(transferId, { subject: `code/${secretId}`, tryNumber, actor: 'worker', body }, { secrets });
}
