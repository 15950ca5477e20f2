import { CancellationScope } from '@temporalio/workflow';

import type { FailureCode } from '../schemas/failures.ts';
import type { SecretId } from '../schemas/ids.ts';
import type { ReceiveMemberInput } from '../schemas/transfer.ts';
import type { Inbox } from './inbox.ts';
import { slicesOf } from './policies.ts';

export type RecordRead =
  | { readonly kind: 'finished' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: FailureCode };

/** How long a signal may take to follow its event in the ledger before a slice looks again. */
const signalDelayMs = 2_000;

/** Reads the Patient and every clinical type, slice by slice; a token that died leads back to a new link, not to the start. */
export async function readRecord(
  input: ReceiveMemberInput,
  inbox: Inbox,
  accessTokenId: SecretId,
): Promise<RecordRead | 'token needed'> {
  for (;;) {
    if (inbox.paused) await inbox.wait(() => !inbox.paused, 'for ever');
    if (inbox.cancelled) return { kind: 'cancelled' };
    const slice = await readSlice(input, inbox, accessTokenId);
    switch (slice.kind) {
      case 'finished':
        return { kind: 'finished' };
      case 'token-needed':
        return 'token needed';
      case 'stopped':
        return { kind: 'failed', reason: slice.reason };
      case 'slice-ended':
        break;
      case 'paused':
      case 'cancelled':
        await inbox.wait(() => inbox.paused, signalDelayMs);
    }
  }
}

async function readSlice(input: ReceiveMemberInput, inbox: Inbox, accessTokenId: SecretId) {
  const scope = new CancellationScope();
  let over = false;
  const done = scope
    .run(() => slicesOf(input).readSlice({ transferId: input.transferId, secretId: accessTokenId }))
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
