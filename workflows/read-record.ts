import { CancellationScope, patched } from '@temporalio/workflow';

import type { FailureCode } from '../schemas/failures.ts';
import type { ReceiveMemberInput } from '../schemas/transfer.ts';
import type { Inbox } from './inbox.ts';
import type { AccessToken } from './obtain-authorization.ts';
import { slicesOf } from './policies.ts';

export type RecordRead =
  | { readonly kind: 'finished' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: FailureCode };

/** How long a signal may take to follow its event in the ledger before a slice looks again. */
const signalDelayMs = 2_000;
/** The end of a token that a history of an older version does not tell, or that can be renewed. */
const farAway = Number.POSITIVE_INFINITY;

/** Reads the Patient and every clinical type, slice by slice; a token that died leads back to a new link, not to the start. */
export async function readRecord(
  input: ReceiveMemberInput,
  inbox: Inbox,
  token: AccessToken,
): Promise<RecordRead | 'token needed'> {
  for (;;) {
    if (inbox.paused) await inbox.wait(() => !inbox.paused, 'for ever');
    if (inbox.cancelled) return { kind: 'cancelled' };
    const slice = await readSlice(input, inbox, token);
    switch (slice.kind) {
      case 'finished':
        return { kind: 'finished' };
      case 'token-needed':
        return 'token needed';
      case 'stopped':
        return { kind: 'failed', reason: slice.reason };
      case 'slice-ended':
        break;
      case 'window-closed':
        if (patched('daily-window')) await untilItOpens(slice, inbox);
        break;
      case 'paused':
      case 'cancelled':
        await inbox.wait(() => inbox.paused, signalDelayMs);
    }
  }
}

/** A token that dies while the counterpart takes no requests is of no use: then the member is asked again. */
async function untilItOpens(
  { opensAtMs, tokenEndsAtMs = farAway }: { readonly opensAtMs: number; readonly tokenEndsAtMs?: number },
  inbox: Inbox,
): Promise<void> {
  inbox.step('awaiting the daily window');
  await inbox.waitUntil(Math.min(opensAtMs, tokenEndsAtMs));
  inbox.step('reading');
}

async function readSlice(
  input: ReceiveMemberInput,
  inbox: Inbox,
  { accessTokenId, expiresAtMs = farAway }: AccessToken,
) {
  // One that is past its life was renewed meanwhile, for how long only the ledger knows.
  const lifeMs = expiresAtMs > Date.now() ? expiresAtMs - Date.now() : farAway;
  const scope = new CancellationScope();
  let over = false;
  const done = scope
    .run(() => slicesOf(input, lifeMs).readSlice({ transferId: input.transferId, secretId: accessTokenId }))
    .finally(() => {
      over = true;
    });
  const watching = inbox
    .wait(() => over, 'for ever')
    .then((waited) => {
      if (waited === 'cancelled') scope.cancel();
    });
  try {
    return await done;
  } catch (error) {
    if (inbox.cancelled) return { kind: 'cancelled' as const };
    throw error;
  } finally {
    await watching;
  }
}
