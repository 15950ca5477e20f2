import { ActivityFailure, CancellationScope, isCancellation, patched } from '@temporalio/workflow';

import type { FailureCode } from '../schemas/failures.ts';
import type { SendMemberInput, TokenReceived } from '../schemas/transfer.ts';
import type { Inbox } from './inbox.ts';
import { bookkeeping, slicesOf } from './policies.ts';
import type { SendMail } from './send-mail.ts';
import { showState } from './show-state.ts';

export type Posted =
  | { readonly kind: 'finished' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'expired'; readonly reason: FailureCode }
  | { readonly kind: 'failed'; readonly reason: FailureCode };

/** How long a signal may take to follow its event in the ledger before a slice looks again. */
const signalDelayMs = 2_000;

/**
 * Posts everything that is open, under as many tokens as it takes: each next token goes on exactly where the last one stopped.
 * Unknown writes wait for a person; they are never sent again by themselves.
 */
export async function postUnderTokens(input: SendMemberInput, inbox: Inbox, mail: SendMail): Promise<Posted> {
  for (let round = 1; ;) {
    inbox.step('awaiting a token');
    const token = await awaitToken(input, inbox, mail);
    if ('kind' in token) return token;

    inbox.step('sending');
    const sent = await postUnderToken(input, inbox, mail, token);
    if (sent === 'token needed') continue;
    if (sent.kind !== 'unknowns') return sent;

    inbox.step('awaiting a decision');
    await bookkeeping.reportUnknowns({ transferId: input.transferId, round });
    showState('needs-decision');
    round += 1;
    const decision = await awaitDecision(inbox, mail);
    if (decision !== 'resend') return { kind: decision === 'accept' ? 'finished' : 'cancelled' };
    mail.tokens.putBack(token);
  }
}

async function awaitToken(input: SendMemberInput, inbox: Inbox, mail: SendMail): Promise<TokenReceived | Posted> {
  const waited = await inbox.wait(() => mail.tokens.size > 0, input.tokenDeadlineMs);
  if (waited === 'cancelled') return { kind: 'cancelled' };
  return mail.tokens.takeNewest() ?? { kind: 'expired', reason: 'TOKEN_DEADLINE' };
}

async function postUnderToken(
  input: SendMemberInput,
  inbox: Inbox,
  mail: SendMail,
  token: TokenReceived,
): Promise<Posted | { readonly kind: 'unknowns' } | 'token needed'> {
  for (;;) {
    await inbox.whilePaused(() => mail.tokens.size > 0, token.expiresAtMs - Date.now());
    if (inbox.cancelled) return { kind: 'cancelled' };
    // A newer token supersedes this one at once.
    if (mail.tokens.size > 0) return 'token needed';
    const slice = await postSlice(input, inbox, token);
    switch (slice.kind) {
      case 'finished':
        return slice.unknown > 0 ? { kind: 'unknowns' } : { kind: 'finished' };
      case 'stopped':
        return { kind: 'failed', reason: slice.reason };
      case 'token-needed':
        return 'token needed';
      case 'slice-ended':
        break;
      case 'window-closed':
        if (patched('daily-window')) await untilItOpens(slice.opensAtMs, inbox, mail, token);
        break;
      case 'paused':
      case 'cancelled':
        // The ledger knows already; its signal may be a moment behind.
        await inbox.wait(() => inbox.paused, signalDelayMs);
    }
  }
}

/** The token lives on, and dies, while the counterpart takes no requests; a newer one is not waited with. */
async function untilItOpens(opensAtMs: number, inbox: Inbox, mail: SendMail, token: TokenReceived): Promise<void> {
  inbox.step('awaiting the daily window');
  await inbox.waitUntil(Math.min(opensAtMs, token.expiresAtMs), () => mail.tokens.size > 0);
  inbox.step('sending');
}

/** One slice, raced by the durable timer of the token's life, which also ends a back-off that would outlast the token. */
async function postSlice(input: SendMemberInput, inbox: Inbox, token: TokenReceived) {
  const scope = new CancellationScope();
  const running = scope.run(() =>
    slicesOf(input, token.expiresAtMs - Date.now()).postSlice({
      transferId: input.transferId,
      secretId: token.secretId,
      sliceMs: input.sliceMs,
    }),
  );
  let over = false;
  const done = running.finally(() => {
    over = true;
  });
  const life = inbox
    .wait(() => over, Math.max(token.expiresAtMs - Date.now(), 1))
    .then((waited) => {
      if (waited !== 'ready') scope.cancel();
    });
  try {
    return await done;
  } catch (error) {
    if (!isCancellation(error) && !(error instanceof ActivityFailure && isCancellation(error.cause))) throw error;
    return await bookkeeping.endToken({ transferId: input.transferId, secretId: token.secretId });
  } finally {
    await life;
  }
}

async function awaitDecision(inbox: Inbox, mail: SendMail): Promise<'accept' | 'resend' | 'cancelled'> {
  await inbox.wait(() => mail.decisions.size > 0, 'for ever');
  return mail.decisions.take()?.decision ?? 'cancelled';
}
