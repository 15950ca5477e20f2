import { performance } from 'node:perf_hooks';

import type { WriteAccount } from '../../domain/accounting/write-account.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { ResourceKey } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { PlannedBundle, PlannedResource } from '../../schemas/plan.ts';
import { postOf } from './post-of.ts';
import { recordAnswer } from './record-answer.ts';
import type { SendJob } from './send-job.ts';
import type { Try, Written } from './write-try.ts';

/** After a standstill this long a writer asks again whether it still holds the fence. */
const standstillMs = 1_000;

/**
 * Writes what is open of one bundle, and can be linked: `attempted` is committed before the first byte leaves, whatever happens then. From
 * there on only an answer, or the proof that no byte was written, says anything else than unknown.
 */
export async function writeBundle(
  job: SendJob,
  planned: PlannedBundle,
  ordinals: readonly number[],
  writes: WriteAccount,
): Promise<Written> {
  const resources = ordinals.map((ordinal) => plannedResource(job, ordinal));
  const post = postOf(job, planned, resources, writes);
  const { subject } = post;
  const tryNumber = (writes.tries[subject] ?? 0) + 1;
  const attempt: Try = { subject, tryNumber, bundle: planned.bundle, ordinals, resources };

  await job.checkpoint?.('before-attempted');
  const committingAt = performance.now();
  await commitAttempt(job, attempt, post.body);
  await job.checkpoint?.('after-attempted');
  if (performance.now() - committingAt > standstillMs) await stopIfFenced(job, attempt);
  const answer = await post.send();
  await job.checkpoint?.('after-answer');
  return recordAnswer(job, attempt, answer, (text) => post.read(text));
}

function plannedResource(job: SendJob, ordinal: number): PlannedResource {
  const resource = job.plan.resources[ordinal];
  if (resource === undefined) throw new CarryoverError('OBJECT_UNREADABLE', 'The plan lacks one of its own resources.');
  return resource;
}

async function commitAttempt(job: SendJob, attempt: Try, body: Buffer): Promise<void> {
  const event: Extract<LedgerEventBody, { kind: 'attempted' }> = {
    kind: 'attempted',
    bundle: attempt.bundle,
    fence: job.fence,
    ordinals: attempt.ordinals,
    bodyHash: job.keys.keyedHash('body', body.toString('latin1')),
    tokenFingerprint: job.token.fingerprint,
  };
  const committed = await job.ledger.append(
    job.transferId,
    { subject: attempt.subject, tryNumber: attempt.tryNumber, actor: 'worker', body: event },
    {
      fence: job.fence,
      attempted: attempt.resources.map(({ resourceKey, contentHash }) => ({ resourceKey, contentHash })),
    },
  );
  // `repeated` cannot be ours: the try number is new to this attempt, so somebody else holds it.
  if (committed.kind !== 'appended') throw fenced(job);
}

/** A writer that stood still may have been replaced meanwhile; it stops before the first byte, and says so. */
async function stopIfFenced(job: SendJob, attempt: Try): Promise<void> {
  const { fence } = await job.ledger.transfers.get(job.transferId);
  if (fence === job.fence) return;
  await releaseUnsent(job, attempt);
  throw fenced(job);
}

async function releaseUnsent(job: SendJob, { subject, tryNumber, bundle, ordinals, resources }: Try): Promise<void> {
  const released: ResourceKey[] = resources.map(({ resourceKey }) => resourceKey);
  const body = { kind: 'unsent', bundle, cause: 'no-bytes-written', ordinals } as const;
  await job.ledger.append(job.transferId, { subject, tryNumber, actor: 'worker', body }, { released });
}

/** Somebody else has taken the transfer over. */
export function fenced(job: SendJob): CarryoverError {
  job.log.event('writer-fenced', { transferId: job.transferId, count: job.fence }, 'warn');
  return new CarryoverError('FENCED');
}
