import { setTimeout as sleep } from 'node:timers/promises';

import { CarryoverError, type FailureCode } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating, type Heartbeats } from '../heartbeating.ts';
import { endSendToken } from './end-send-token.ts';
import { nextStep } from './next-step.ts';
import { openSendJob, type SendJob } from './send-job.ts';
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
  | { readonly kind: 'stopped'; readonly reason: FailureCode };

/**
 * Posts the bundles that are still open, one after the other, as long as the token lives and nobody says stop. The ledger
 * says what is open, so that an attempt after a crash goes on where the last one ended and leaves what was in flight unknown.
 */
export function postSlice(deps: ActivityDependencies) {
  return async ({ transferId, secretId, sliceMs }: PostSliceInput): Promise<PostSliceResult> => {
    const token = await deps.secrets.open(secretId);
    if (token === undefined) return endSendToken(deps)({ transferId, secretId });
    const job = await openSendJob(deps, transferId, { ...token, secretId });
    const endsAtMs = deps.clock() + sliceMs;
    return heartbeating((beat) => postOpenBundles(job, beat, endsAtMs));
  };
}

async function postOpenBundles(job: SendJob, beat: Heartbeats, endsAtMs: number): Promise<PostSliceResult> {
  const limits = { endsAtMs, cancelled: () => beat.cancelled };
  let last: Settlement | undefined;
  for (;;) {
    const step = await job.ledger.atomically((ledger) => nextStep(job, ledger, last, limits));
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
      case 'stopped':
        return step;
    }
  }
}
