import type { PostAnswer } from '../../adapters/oneup/post-bundle.ts';
import type { BundleAnswer } from '../../adapters/oneup/read-answer.ts';
import { linkFindings } from '../../domain/payload/link-findings.ts';
import { asObjectKey, type ObjectKey } from '../../schemas/ids.ts';
import type { EntryAnswer, LedgerEventBody, UnsentCause } from '../../schemas/ledger-events.ts';
import type { SendJob } from './send-job.ts';
import type { Try, Written } from './write-try.ts';

type Answered = Extract<PostAnswer, { kind: 'answered' }>;

/** Writes down what became of a try, and says how the slice goes on. A stale writer's late answer is recorded all the same. */
export async function recordAnswer(
  job: SendJob,
  attempt: Try,
  answer: PostAnswer,
  read: (answer: Answered) => BundleAnswer,
): Promise<Written> {
  if (answer.kind === 'lost') return lost(job, attempt, answer.cause);
  if (answer.kind === 'unsent') return unsent(job, attempt, answer.cause, 'COUNTERPART_UNREACHABLE', undefined);
  const answered = read(answer);
  switch (answered.kind) {
    case 'entries':
      return entries(job, attempt, answer, answered.entries, [
        ...answered.findings,
        ...linkFindings(job.plan, answered.entries),
      ]);
    case 'refused-whole':
      return entries(job, attempt, answer, answered.entries, []);
    case 'try-again':
      return tryAgain(job, attempt, answered.cause, answered.retryAfterMs);
    case 'token-rejected':
      await unsent(job, attempt, 'token-rejected', 'TOKEN_REJECTED', undefined);
      return { kind: 'token-rejected' };
    case 'forbidden':
      await entries(job, attempt, answer, refusedAll(attempt, answer.status), []);
      return { kind: 'forbidden' };
    case 'lost':
      await keepAnswer(job, attempt, answer);
      return lost(job, attempt, answered.cause);
  }
}

async function entries(
  job: SendJob,
  attempt: Try,
  answer: Answered,
  entryAnswers: readonly EntryAnswer[],
  findings: readonly string[],
): Promise<Written> {
  const ordinalsOf = (outcome: EntryAnswer['outcome']) =>
    new Set(entryAnswers.filter((entry) => entry.outcome === outcome).map(({ ordinal }) => ordinal));
  const keysOf = (ordinals: ReadonlySet<number>) =>
    attempt.resources.filter(({ ordinal }) => ordinals.has(ordinal)).map(({ resourceKey }) => resourceKey);
  const [confirmed, refused, deferred] = [ordinalsOf('confirmed'), ordinalsOf('refused'), ordinalsOf('deferred')];
  const plain = confirmed.size === attempt.ordinals.length && findings.length === 0;

  const body: LedgerEventBody = {
    kind: 'answered',
    bundle: attempt.bundle,
    status: answer.status,
    entries: entryAnswers.map((entry) => withoutOurId(attempt, entry)),
    ...(plain ? {} : { answerObject: await keepAnswer(job, attempt, answer) }),
    ...(findings.length === 0 ? {} : { findings }),
  };
  await append(job, attempt, body, {
    confirmed: keysOf(confirmed),
    released: keysOf(new Set([...refused, ...deferred])),
  });
  job.log.event('bundle-answered', {
    transferId: job.transferId,
    bundle: attempt.bundle,
    tryNumber: attempt.tryNumber,
    status: answer.status,
    count: confirmed.size,
  });
  // Refused for now, inside an answer that took the others: they go again, after a while.
  return deferred.size > 0
    ? { kind: 'try-again', code: 'COUNTERPART_THROTTLED', retryAfterMs: answer.headers.retryAfterMs }
    : { kind: 'settled' };
}

/** An id that we fixed ourselves is in the plan already; hundreds of them would make every event and projection long. */
function withoutOurId({ resources }: Try, entry: EntryAnswer): EntryAnswer {
  if (entry.storedId === undefined) return entry;
  const ours = resources.some(({ ordinal, targetId }) => ordinal === entry.ordinal && targetId === entry.storedId);
  if (!ours) return entry;
  const { storedId: _ours, ...rest } = entry;
  return rest;
}

async function tryAgain(
  job: SendJob,
  attempt: Try,
  cause: 'throttled' | 'unavailable',
  retryAfterMs: number | undefined,
): Promise<Written> {
  if (cause === 'throttled') await job.pace.slowDown(retryAfterMs ?? 1_000);
  const code = cause === 'throttled' ? 'COUNTERPART_THROTTLED' : 'COUNTERPART_ERROR';
  return unsent(job, attempt, cause, code, retryAfterMs);
}

async function unsent(
  job: SendJob,
  attempt: Try,
  cause: UnsentCause,
  code: 'COUNTERPART_UNREACHABLE' | 'COUNTERPART_THROTTLED' | 'COUNTERPART_ERROR' | 'TOKEN_REJECTED',
  retryAfterMs: number | undefined,
): Promise<Written> {
  const body: LedgerEventBody = { kind: 'unsent', bundle: attempt.bundle, cause, ordinals: attempt.ordinals };
  await append(job, attempt, body, { released: attempt.resources.map(({ resourceKey }) => resourceKey) });
  job.log.event('bundle-unsent', { transferId: job.transferId, bundle: attempt.bundle, cause }, 'warn');
  return { kind: 'try-again', code, retryAfterMs };
}

/** The resources of a lost try stay unknown; the next bundles go on. */
async function lost(job: SendJob, attempt: Try, cause: string): Promise<Written> {
  const body: LedgerEventBody = { kind: 'lost', bundle: attempt.bundle, cause, ordinals: attempt.ordinals };
  await append(job, attempt, body, {});
  job.log.event('bundle-lost', { transferId: job.transferId, bundle: attempt.bundle, cause }, 'warn');
  return { kind: 'settled' };
}

async function keepAnswer(job: SendJob, { subject, tryNumber }: Try, answer: Answered): Promise<ObjectKey> {
  const key = asObjectKey(`answer/${job.transferId}/${subject.replace('/', '-')}-${tryNumber}`);
  await job.objects.put(key, Buffer.from(answer.text));
  return key;
}

function refusedAll(attempt: Try, status: number): readonly EntryAnswer[] {
  return attempt.ordinals.map((ordinal) => ({ ordinal, outcome: 'refused', status }));
}

type Settled = Parameters<SendJob['ledger']['append']>[2];

async function append(
  job: SendJob,
  { subject, tryNumber }: Try,
  body: LedgerEventBody,
  settled: Settled,
): Promise<void> {
  await job.ledger.append(job.transferId, { subject, tryNumber, actor: 'worker', body }, settled);
}
