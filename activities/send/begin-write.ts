import { isAscii } from 'node:buffer';
import { performance } from 'node:perf_hooks';

import type { LockedTransfer } from '../../adapters/ledger/append-events.ts';
import type { NextWrite } from '../../domain/payload/next-write.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { PlannedResource } from '../../schemas/plan.ts';
import { type Post, postOf } from './post-of.ts';
import type { SendJob } from './send-job.ts';
import type { Try } from './write-try.ts';

/** A write whose `attempted` is in the ledger once the transaction has ended, and whose first byte has not left yet. */
export interface BegunWrite {
  readonly kind: 'write';
  readonly attempt: Try;
  readonly post: Post;
  /** `performance.now()`: how long the commit took tells whether the writer stood still meanwhile. */
  readonly begunAt: number;
}

/** Writes down that what is open of one bundle, and can be linked, is about to be posted. `fenced`: somebody else has taken over. */
export async function beginWrite(
  job: SendJob,
  transfer: LockedTransfer,
  { bundle, ordinals }: Extract<NextWrite, { kind: 'post' }>,
): Promise<BegunWrite | { readonly kind: 'fenced' }> {
  const begunAt = performance.now();
  const { writes } = transfer.projection;
  const resources = ordinals.map((ordinal) => plannedResource(job, ordinal));
  const post = postOf(job, bundle, resources, writes);
  const { subject } = post;
  const tryNumber = (writes.tries[subject] ?? 0) + 1;
  const attempt: Try = { subject, tryNumber, bundle: bundle.bundle, ordinals, resources };

  await job.checkpoint?.('before-attempted');
  const committed = await transfer.append(
    { subject, tryNumber, actor: 'worker', body: attempted(job, attempt, post) },
    { fence: job.fence },
  );
  // `repeated` cannot be ours: the try number is new to this attempt, so somebody else holds it.
  return committed.kind === 'appended' ? { kind: 'write', attempt, post, begunAt } : { kind: 'fenced' };
}

function attempted(job: SendJob, { bundle, ordinals }: Try, { body }: Post): LedgerEventBody {
  return {
    kind: 'attempted',
    bundle,
    fence: job.fence,
    ordinals,
    bodyHash: job.keys.keyedHash('body', hashedAs(body)),
    tokenFingerprint: job.token.fingerprint,
  };
}

/** The bytes of a body as they are hashed: each as one character of a text. In ASCII that is the bytes themselves. */
function hashedAs(body: Buffer): Buffer | string {
  return isAscii(body) ? body : body.toString('latin1');
}

function plannedResource(job: SendJob, ordinal: number): PlannedResource {
  const resource = job.plan.resources[ordinal];
  if (resource === undefined) throw new CarryoverError('OBJECT_UNREADABLE', 'The plan lacks one of its own resources.');
  return resource;
}
