import { patched } from '@temporalio/workflow';

import type { FailureCode } from '../schemas/failures.ts';
import type { SecretId } from '../schemas/ids.ts';
import type { CodeReceived, ReceiveMemberInput } from '../schemas/transfer.ts';
import { isOverdue, isTimeout } from './failure-code.ts';
import type { Inbox } from './inbox.ts';
import { whileMailing, type AwaitedLink } from './mail-link.ts';
import { bookkeeping, exchangeOf } from './policies.ts';
import type { ReceiveMail } from './receive-mail.ts';

export interface AccessToken {
  readonly accessTokenId: SecretId;
  /** Milliseconds since 1970. */
  readonly expiresAtMs?: number;
}

export type Authorization =
  | ({ readonly kind: 'granted' } & AccessToken)
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly reason: FailureCode }
  | { readonly kind: 'expired'; readonly reason: FailureCode }
  | { readonly kind: 'failed'; readonly reason: FailureCode };

/**
 * Issues a link, has it mailed where the profile says so, waits for days for the browser to come back, exchanges the code inside its
 * five minutes. A code that cannot be exchanged leads to a new link, and somebody may give the member a fresh one; the deadline
 * counts from the first.
 */
export async function obtainAuthorization(
  input: ReceiveMemberInput,
  inbox: Inbox,
  mail: ReceiveMail,
): Promise<Authorization> {
  const deadlineMs = Date.now() + input.linkLifetimeMs;
  let reissued: number | undefined;
  for (;;) {
    if (inbox.cancelled) return { kind: 'cancelled' };
    const { transferId } = input;
    const revision = reissued ?? (await bookkeeping.issueLink({ transferId, deadlineMs })).revision;
    const link = { revision, deadlineMs };
    const code = await whileMailing(input, link, inbox, () => awaitCode(link, inbox, mail));
    reissued = 'reissuedAs' in code ? code.reissuedAs : undefined;
    if ('reissuedAs' in code) continue;
    if (!('secretId' in code)) return code;

    inbox.step('exchanging the code');
    const exchanged = await exchangeWhileItLives(input, code);
    if (exchanged.kind === 'granted') return exchanged;
    if (exchanged.kind === 'client-rejected') return { kind: 'failed', reason: 'CLIENT_REJECTED' };
    // No new link would help: the member would be asked again and again.
    if (exchanged.kind === 'stopped' && patched('request-rejected'))
      return { kind: 'failed', reason: exchanged.reason };
    inbox.step('awaiting authorization');
  }
}

async function awaitCode(
  { revision, deadlineMs }: AwaitedLink,
  inbox: Inbox,
  mail: ReceiveMail,
): Promise<CodeReceived | Authorization | { readonly reissuedAs: number }> {
  const answered = () => mail.codes.size + mail.denials.size + mail.reissues.size > 0;
  for (;;) {
    const waited = await inbox.wait(answered, deadlineMs - Date.now());
    if (waited === 'cancelled') return { kind: 'cancelled' };
    if (waited === 'timeout') return { kind: 'expired', reason: 'LINK_EXPIRED' };
    const code = mail.codes.takeNewest();
    if (code !== undefined) return code;
    const denial = mail.denials.takeNewest();
    // A denial of a link that was replaced meanwhile does not count; one of a fresher link may overtake the word of that link.
    if (denial !== undefined && denial.revision >= revision) {
      if (denial.reason !== undefined) return { kind: 'failed', reason: denial.reason };
      return { kind: 'refused', reason: 'AUTHORIZATION_DENIED' };
    }
    const fresh = mail.reissues.takeNewest();
    if (fresh !== undefined && fresh.revision > revision) return { reissuedAs: fresh.revision };
  }
}

async function exchangeWhileItLives(input: ReceiveMemberInput, code: CodeReceived) {
  const codeLifeMs = Math.min(code.expiresAtMs - Date.now(), input.codeLifetimeMs);
  if (codeLifeMs <= 0) return { kind: 'expired' as const };
  try {
    return await exchangeOf(input, codeLifeMs).exchangeCode({ transferId: input.transferId, secretId: code.secretId });
  } catch (error) {
    // The durable timer of the code's life: past it the code is worth nothing.
    if (isTimeout(error)) return { kind: 'expired' as const };
    if (isOverdue(error) && patched('exchange-overdue')) return { kind: 'expired' as const };
    throw error;
  }
}
