import { exchangeCode as postCode, type TokenAnswer } from '../../adapters/oneup/oauth.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { readSecretFile } from '../../adapters/profile/read-secret-file.ts';
import type { CounterpartProfile, ReceiveProfile } from '../../schemas/counterpart.ts';
import { CarryoverError, type FailureCode } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { linkOfCode } from './link-of-code.ts';
import { appendExchange, type Exchange, noteExchange } from './note-exchange.ts';

export interface ExchangeCodeInput {
  readonly transferId: TransferId;
  /** The sealed authorization code. */
  readonly secretId: SecretId;
}

export type ExchangeCodeResult =
  /** Milliseconds since 1970; histories of older versions do not hold it. */
  | { readonly kind: 'granted'; readonly accessTokenId: SecretId; readonly expiresAtMs?: number }
  | { readonly kind: 'refused' | 'expired' | 'unknown' | 'client-rejected' }
  /** The counterpart does not take the request, whatever the code is. */
  | { readonly kind: 'stopped'; readonly reason: FailureCode };

/**
 * Exchanges an authorization code for tokens, exactly once (seed, Step 2). The attempt is committed first; if its answer is
 * lost, the code is never used again. Tokens are sealed before this returns. With PKCE the link's code verifier goes with the
 * code, and is destroyed with it.
 */
export function exchangeCode(deps: ActivityDependencies) {
  return async ({ transferId, secretId }: ExchangeCodeInput): Promise<ExchangeCodeResult> => {
    const { batchId } = await deps.ledger.transfers.get(transferId);
    const { receive, environment } = await frozenProfile(deps, batchId);
    if (receive === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
    const tries = await earlierTries(deps, transferId, secretId);
    if (tries.granted !== undefined) return { kind: 'granted', ...tries.granted };
    const link = await linkOfCode(deps, transferId, secretId);
    const exchange = { transferId, secretId, receive, link };
    if (tries.open) return noteExchange(deps, { ...exchange, tryNumber: tries.count }, { kind: 'unknown' });
    const form = await openForm(deps, exchange);
    if (form === undefined) return { kind: 'expired' };

    const begun = { ...exchange, tryNumber: tries.count + 1 };
    await appendExchange(deps, begun, { kind: 'exchange-attempted', secretId });
    const answer = await post(deps, receive, environment, form);
    // Noted first: a crash in between must not lose the tokens. What is unsent throws, and keeps the code.
    const noted = await noteExchange(deps, begun, answer);
    await deps.secrets.destroy(secretId);
    if (link.verifierId !== undefined) await deps.secrets.destroy(link.verifierId);
    return noted;
  };
}

interface Form {
  readonly code: string;
  readonly clientSecret: string;
  readonly codeVerifier?: string;
  readonly redirectUri?: string;
}

/**
 * What the exchange posts of its own; undefined where a part of it is gone or the code is past its life. Before the attempt: a file that
 * cannot be read has used nothing.
 */
async function openForm(
  { secrets, clock }: ActivityDependencies,
  { secretId, receive, link: { verifierId } }: Omit<Exchange, 'tryNumber'>,
): Promise<Form | undefined> {
  const code = await secrets.open(secretId);
  const verifier = verifierId === undefined ? undefined : await secrets.open(verifierId);
  if (code === undefined || code.expiresAtMs <= clock()) return undefined;
  if (verifierId !== undefined && verifier === undefined) return undefined;
  return {
    code: code.value,
    clientSecret: await readSecretFile(receive.clientSecretFile),
    ...(verifier !== undefined && { codeVerifier: verifier.value }),
    ...(receive.redirectUriInExchange && { redirectUri: receive.redirectUri }),
  };
}

async function post(
  deps: ActivityDependencies,
  receive: ReceiveProfile,
  environment: CounterpartProfile['environment'],
  form: Form,
): Promise<TokenAnswer> {
  return postCode({
    pools: deps.pools(environment),
    tokenUrl: receive.tokenUrl,
    clientId: receive.clientId,
    timeoutMs: receive.requestTimeoutMs,
    ...form,
  });
}

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
