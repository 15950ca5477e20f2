import { performance } from 'node:perf_hooks';

import { CarryoverError } from '../../schemas/failures.ts';
import type { BegunWrite } from './begin-write.ts';
import type { SendJob } from './send-job.ts';
import { type Settlement, settlementOf } from './settlement.ts';
import type { Try } from './write-try.ts';

/** After a standstill this long a writer asks again whether it still holds the fence. */
const standstillMs = 1_000;

/**
 * Posts a write that stands in the ledger as `attempted`. From here on only an answer, or the proof that no byte was written,
 * says anything else than unknown. Throws FENCED where somebody else took over before the first byte.
 */
export async function sendWrite(job: SendJob, { attempt, post, begunAt }: BegunWrite): Promise<Settlement> {
  await job.checkpoint?.('after-attempted');
  if (performance.now() - begunAt > standstillMs) await stopIfFenced(job, attempt);
  const answer = await post.send();
  await job.checkpoint?.('after-answer');
  return settlementOf(job, attempt, answer, (text) => post.read(text));
}

/** A writer that stood still may have been replaced meanwhile; it stops before the first byte, and says so. */
async function stopIfFenced(job: SendJob, attempt: Try): Promise<void> {
  const { fence } = await job.ledger.transfers.get(job.transferId);
  if (fence === job.fence) return;
  await releaseUnsent(job, attempt);
  throw fenced(job);
}

async function releaseUnsent(job: SendJob, { subject, tryNumber, bundle, ordinals }: Try): Promise<void> {
  const body = { kind: 'unsent', bundle, cause: 'no-bytes-written', ordinals } as const;
  await job.ledger.append(job.transferId, { subject, tryNumber, actor: 'worker', body });
}

/** Somebody else has taken the transfer over. */
export function fenced(job: SendJob): CarryoverError {
  job.log.event('writer-fenced', { transferId: job.transferId, count: job.fence }, 'warn');
  return new CarryoverError('FENCED');
}
