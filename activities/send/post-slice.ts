import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import { nextWrite } from '../../domain/payload/next-write.ts';
import { CarryoverError, type FailureCode } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { endToken } from '../end-token.ts';
import { heartbeating, type Heartbeats } from '../heartbeating.ts';
import { repeatHarmless } from './repeat-harmless.ts';
import { openSendJob, type SendJob } from './send-job.ts';
import { withholdBlocked } from './withhold-blocked.ts';
import { fenced, writeBundle } from './write-bundle.ts';

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
    if (token === undefined) return endToken(deps)({ transferId, secretId });
    const job = await openSendJob(deps, transferId, { ...token, secretId });
    const endsAtMs = deps.clock() + sliceMs;
    return heartbeating((beat) => postOpenBundles(job, beat, endsAtMs));
  };
}

async function postOpenBundles(job: SendJob, beat: Heartbeats, endsAtMs: number): Promise<PostSliceResult> {
  for (;;) {
    const { projection } = await job.ledger.transfers.get(job.transferId);
    const next = nextWrite(job.plan, projection.writes);
    if (next.kind === 'withhold') {
      await withhold(job, next.ordinals);
      continue;
    }
    if (next.kind === 'nothing') {
      // An id that the server assigns is another one every time: there a repeat is never harmless.
      if (job.plan.idAssignment === 'caller' && (await repeatHarmless(job, projection.writes))) continue;
      return { kind: 'finished', unknown: unknownOrdinals(projection.writes).length };
    }
    // Between two writes is the only place where a slice may end: a write is never torn.
    if (projection.cancelRequested) return { kind: 'cancelled' };
    if (projection.state === 'paused') return { kind: 'paused' };
    if (job.clock() >= job.token.expiresAtMs - job.send.tokenMarginSeconds * 1000) return job.endToken('expired');
    if (beat.cancelled) return { kind: 'cancelled' };
    if (job.clock() >= endsAtMs) return { kind: 'slice-ended' };

    await job.pace.take();
    const written = await writeBundle(job, next.bundle, next.ordinals, projection.writes);
    beat.report({ bundle: next.bundle.bundle });
    switch (written.kind) {
      case 'settled':
        break;
      case 'try-again':
        throw new CarryoverError(written.code, '', {}, { retryAfterMs: written.retryAfterMs });
      case 'token-rejected':
        return job.endToken('rejected');
      case 'forbidden':
        return { kind: 'stopped', reason: 'WRITE_REFUSED' };
    }
  }
}

async function withhold(job: SendJob, ordinals: readonly number[]): Promise<void> {
  if (!(await withholdBlocked(job, job.transferId, ordinals, { fence: job.fence }))) throw fenced(job);
}
