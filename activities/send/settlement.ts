import type { PostAnswer } from '../../adapters/oneup/post-bundle.ts';
import type { BundleAnswer } from '../../adapters/oneup/read-answer.ts';
import { linkFindings } from '../../domain/payload/link-findings.ts';
import { asObjectKey, type ObjectKey } from '../../schemas/ids.ts';
import type { EntryAnswer, LedgerEventBody, UnsentCause } from '../../schemas/ledger-events.ts';
import type { SendJob } from './send-job.ts';
import type { Try, Written } from './write-try.ts';

type Answered = Extract<PostAnswer, { kind: 'answered' }>;

/** What became of a try: what the ledger has to hold of it, and how the slice goes on. Not yet written down. */
export interface Settlement {
  readonly attempt: Try;
  readonly body: LedgerEventBody;
  readonly written: Written;
  /** Tells the log; after the ledger. */
  announce(): void;
}

/** Reads what became of a try. An answer that is not plain success is kept, sealed, before anything speaks of it. */
export async function settlementOf(
  job: SendJob,
  attempt: Try,
  answer: PostAnswer,
  read: (answer: Answered) => BundleAnswer,
): Promise<Settlement> {
  if (answer.kind === 'lost') return lost(job, attempt, answer.cause);
  if (answer.kind === 'unsent')
    return unsent(job, attempt, answer.cause, { kind: 'try-again', code: 'COUNTERPART_UNREACHABLE' });
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
      return unsent(job, attempt, 'token-rejected', { kind: 'token-rejected' });
    case 'forbidden': {
      const settled = await entries(job, attempt, answer, refusedAll(attempt, answer.status), []);
      return { ...settled, written: { kind: 'forbidden' } };
    }
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
): Promise<Settlement> {
  const { transferId } = job;
  const { bundle, tryNumber } = attempt;
  const { status } = answer;
  const count = entryAnswers.filter(({ outcome }) => outcome === 'confirmed').length;
  const deferred = entryAnswers.some(({ outcome }) => outcome === 'deferred');
  const plain = count === attempt.ordinals.length && findings.length === 0;

  return {
    attempt,
    body: {
      kind: 'answered',
      bundle,
      status,
      entries: entryAnswers.map((entry) => withoutOurId(attempt, entry)),
      ...(plain ? {} : { answerObject: await keepAnswer(job, attempt, answer) }),
      ...(findings.length === 0 ? {} : { findings }),
    },
    // Refused for now, inside an answer that took the others: they go again, after a while.
    written: deferred
      ? { kind: 'try-again', code: 'COUNTERPART_THROTTLED', retryAfterMs: answer.headers.retryAfterMs }
      : { kind: 'settled' },
    announce: () => job.log.event('bundle-answered', { transferId, bundle, tryNumber, status, count }),
  };
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
): Promise<Settlement> {
  if (cause === 'throttled') await job.pace.slowDown(retryAfterMs ?? 1_000);
  const code = cause === 'throttled' ? 'COUNTERPART_THROTTLED' : 'COUNTERPART_ERROR';
  return unsent(job, attempt, cause, { kind: 'try-again', code, retryAfterMs });
}

function unsent({ transferId, log }: SendJob, attempt: Try, cause: UnsentCause, written: Written): Settlement {
  const { bundle, ordinals } = attempt;
  return {
    attempt,
    body: { kind: 'unsent', bundle, cause, ordinals },
    written,
    announce: () => log.event('bundle-unsent', { transferId, bundle, cause }, 'warn'),
  };
}

/** The resources of a lost try stay unknown; the next bundles go on. */
function lost({ transferId, log }: SendJob, attempt: Try, cause: string): Settlement {
  const { bundle, ordinals } = attempt;
  return {
    attempt,
    body: { kind: 'lost', bundle, cause, ordinals },
    written: { kind: 'settled' },
    announce: () => log.event('bundle-lost', { transferId, bundle, cause }, 'warn'),
  };
}

async function keepAnswer(job: SendJob, { subject, tryNumber }: Try, answer: Answered): Promise<ObjectKey> {
  const key = asObjectKey(`answer/${job.transferId}/${subject.replace('/', '-')}-${tryNumber}`);
  await job.objects.put(key, Buffer.from(answer.text));
  return key;
}

function refusedAll(attempt: Try, status: number): readonly EntryAnswer[] {
  return attempt.ordinals.map((ordinal) => ({ ordinal, outcome: 'refused', status }));
}
