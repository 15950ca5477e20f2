import { setTimeout as sleep } from 'node:timers/promises';

import { CarryoverError, type FailureCode } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import { admitSlice } from '../admit-slice.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating, type Heartbeats } from '../heartbeating.ts';
import { sliceLimits } from '../slice-limits.ts';
import { endSendToken } from './end-send-token.ts';
import { nextStep } from './next-step.ts';
import { openSendJob, type SendJob, sliceToSend, type SliceToSend } from './send-job.ts';
import { fenced, sendWrite } from './send-write.ts';
import type { Settlement } from './settlement.ts';

export interface PostSliceInput {
  readonly transferId: TransferId;
  readonly secretId: SecretId;
  /** The longest time this slice may take before it reports back. */
  readonly sliceMs: number;
}

export type PostSliceResult =
  /** `unknown`: how many resources wait for a decision. */
  | { readonly kind: 'finished'; readonly unknown: number }
  | { readonly kind: 'slice-ended' }
  | { readonly kind: 'token-needed' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'cancelled' }
  /** The counterpart takes requests again from this time on, milliseconds since 1970. */
  | { readonly kind: 'window-closed'; readonly opensAtMs: number }
  | { readonly kind: 'stopped'; readonly reason: FailureCode };

/**
 * Posts the bundles that are still open, one after the other, as long as the token lives and nobody says stop. The ledger
 * says what is open, so that an attempt after a crash goes on where the last one ended and leaves what was in flight unknown.
 */
export function postSlice(deps: ActivityDependencies) {
  return async ({ transferId, secretId, sliceMs }: PostSliceInput): Promise<PostSliceResult> => {
    const token = await deps.secrets.open(secretId);
    if (token === undefined) return endSendToken(deps)({ transferId, secretId });
    const slice = await sliceToSend(deps, transferId, { ...token, secretId });
    return heartbeating((beat) => postWhileAdmitted(deps, slice, beat, sliceMs));
  };
}

async function postWhileAdmitted(
  deps: ActivityDependencies,
  slice: SliceToSend,
  beat: Heartbeats,
  sliceMs: number,
): Promise<PostSliceResult> {
  const { transferId, profile, send, token } = slice;
  // A write that begins later than this might be answered by a dead token.
  const tokenEndsAtMs = token.expiresAtMs - send.tokenMarginSeconds * 1000;
  const times = { pacing: profile.pacing, tokenEndsAtMs };
  const admission = await admitSlice(deps, {
    transferId,
    profile,
    tokenEndsAtMs,
    limits: sliceLimits(deps, beat, times),
    // So that an older attempt stops before its next first byte.
    opening: (ledger) => ledger.transfers.raiseFence(transferId),
  });
  if (admission.kind === 'ended') {
    const { end } = admission;
    return end.kind === 'token-over' ? endSendToken(deps)({ transferId, secretId: token.secretId }) : end;
  }
  const { lease, opened: fence } = admission;
  try {
    const endsAtMs = deps.clock() + sliceMs;
    const job = await openSendJob(deps, slice, {
      fence,
      limits: sliceLimits(deps, beat, { ...times, endsAtMs, lease }),
    });
    return await postOpenBundles(job);
  } finally {
    await lease.leave();
  }
}

async function postOpenBundles(job: SendJob): Promise<PostSliceResult> {
  let last: Settlement | undefined;
  for (;;) {
    const step = await job.ledger.atomically((ledger) => nextStep(job, ledger, last));
    last?.announce();
    last = undefined;
    switch (step.kind) {
      case 'write':
        last = await sendWrite(job, step);
        break;
      case 'wait':
        await sleep(step.waitMs);
        break;
      case 'token-over':
        return job.endToken(step.cause);
      case 'try-again':
        throw new CarryoverError(step.code, '', {}, { retryAfterMs: step.retryAfterMs });
      case 'fenced':
        throw fenced(job);
      case 'finished':
      case 'slice-ended':
      case 'paused':
      case 'cancelled':
      case 'window-closed':
      case 'stopped':
        return step;
    }
  }
}
