import { performance } from 'node:perf_hooks';

import { postBundle } from '../../adapters/oneup/post-bundle.ts';
import { readBundleAnswer } from '../../adapters/oneup/read-answer.ts';
import type { WriteAccount } from '../../domain/accounting/write-account.ts';
import { bundleBody } from '../../domain/payload/bundle-body.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { ResourceKey } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { PlannedBundle, PlannedResource } from '../../schemas/plan.ts';
import { recordAnswer } from './record-answer.ts';
import type { SendJob } from './send-job.ts';
import type { Try, Written } from './write-try.ts';

/** After a standstill this long a writer asks again whether it still holds the fence. */
const standstillMs = 1_000;

/**
 * Writes what is open of one bundle: `attempted` is committed before the first byte leaves, whatever happens then. From
 * there on only an answer, or the proof that no byte was written, says anything else than unknown.
 */
export async function writeBundle(
  job: SendJob,
  { bundle }: PlannedBundle,
  ordinals: readonly number[],
  writes: WriteAccount,
): Promise<Written> {
  const subject = `bundle/${bundle}`;
  const attempt: Try = {
    subject,
    tryNumber: (writes.tries[subject] ?? 0) + 1,
    bundle,
    ordinals,
    resources: ordinals.map((ordinal) => planned(job, ordinal)),
  };
  const body = Buffer.from(bundleBody(job.plan, ordinals));

  await job.checkpoint?.('before-attempted');
  const committingAt = performance.now();
  await commitAttempt(job, attempt, body);
  await job.checkpoint?.('after-attempted');
  if (performance.now() - committingAt > standstillMs) await stopIfFenced(job, attempt);
  const answer = await postBundle({
    pools: job.pools(job.profile.environment),
    fhirBaseUrl: job.send.fhirBaseUrl,
    accessToken: job.token.value,
    body,
    timeoutMs: job.send.writeTimeoutMs,
  });
  await job.checkpoint?.('after-answer');
  return recordAnswer(job, attempt, answer, (text) =>
    readBundleAnswer(
      text,
      attempt.resources.map(({ ordinal, resourceType, targetId }) => ({ ordinal, resourceType, targetId })),
      job.send,
    ),
  );
}

function planned(job: SendJob, ordinal: number): PlannedResource {
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

function fenced(job: SendJob): CarryoverError {
  job.log.event('writer-fenced', { transferId: job.transferId, count: job.fence }, 'warn');
  return new CarryoverError('FENCED');
}
