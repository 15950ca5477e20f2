import { type PostAnswer, postBundle, postResource } from '../../adapters/oneup/post-bundle.ts';
import { type BundleAnswer, readBundleAnswer, readResourceAnswer } from '../../adapters/oneup/read-answer.ts';
import type { WriteAccount } from '../../domain/accounting/write-account.ts';
import { postedBundle, postedResource } from '../../domain/payload/posted-body.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { PlannedBundle, PlannedResource } from '../../schemas/plan.ts';
import type { SendJob } from './send-job.ts';

type Answered = Extract<PostAnswer, { kind: 'answered' }>;

/** One request, ready to go: the same job, resources and account give the same one. */
export interface Post {
  /** What its tries are counted under. */
  readonly subject: string;
  readonly body: Buffer;
  send(): Promise<PostAnswer>;
  read(answer: Answered): BundleAnswer;
}

/** The request that posts what is open of a bundle: a Bundle, or the one resource alone where the profile says so. */
export function postOf(
  job: SendJob,
  { bundle }: PlannedBundle,
  resources: readonly PlannedResource[],
  writes: WriteAccount,
): Post {
  return job.send.singlePosts ? singlePost(job, resources, writes) : bundlePost(job, bundle, resources, writes);
}

function bundlePost(job: SendJob, bundle: number, resources: readonly PlannedResource[], writes: WriteAccount): Post {
  const ordinals = resources.map(({ ordinal }) => ordinal);
  const body = Buffer.from(postedBundle(job.plan, ordinals, writes));
  return {
    subject: `bundle/${bundle}`,
    body,
    send: () => postBundle({ ...connectionOf(job), body }),
    read: (answer) => readBundleAnswer(answer, resources, job.send),
  };
}

function singlePost(job: SendJob, resources: readonly PlannedResource[], writes: WriteAccount): Post {
  const [resource, second] = resources;
  // The plan was made under the same frozen profile: its bundles hold one resource each.
  if (resource === undefined || second !== undefined)
    throw new CarryoverError('OBJECT_UNREADABLE', 'The plan has bundles, and the profile wants single posts.');
  const { ordinal, resourceType } = resource;
  const body = Buffer.from(postedResource(job.plan, ordinal, writes));
  return {
    subject: `resource/${ordinal}`,
    body,
    send: () => postResource({ ...connectionOf(job), body, resourceType }),
    read: (answer) => readResourceAnswer(answer, resource, job.send),
  };
}

function connectionOf({ pools, profile, send, token }: SendJob) {
  return {
    pools: pools(profile.environment),
    fhirBaseUrl: send.fhirBaseUrl,
    accessToken: token.value,
    timeoutMs: send.writeTimeoutMs,
  };
}
