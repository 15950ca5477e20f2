import type { SendProfile } from '../../schemas/counterpart.ts';
import type { EntryAnswer, EntryOutcome } from '../../schemas/ledger-events.ts';
import { isRecord } from '../fhir/is-record.ts';
import { firstIssueCode, hasErrorIssue } from '../fhir/issue-code.ts';
import type { PostAnswer } from '../http/write-once.ts';
import type { AnsweredEntry } from './answered-entry.ts';
import { identityIn, readEntry } from './answered-entry.ts';
import type { PostedEntry } from './match-entries.ts';
import { matchEntries } from './match-entries.ts';

export type { PostedEntry } from './match-entries.ts';

/** The table of the profile that says what a failure status means. */
export type AnswerPolicy = Pick<SendProfile, 'notStoredStatuses' | 'tryAgainStatuses'>;

/** What an answer to a bundle means. `entries` always holds one answer for every posted entry, in the order of the post. */
export type BundleAnswer =
  | { readonly kind: 'entries'; readonly entries: readonly EntryAnswer[]; readonly findings: readonly string[] }
  | { readonly kind: 'try-again'; readonly cause: 'throttled' | 'unavailable'; readonly retryAfterMs?: number }
  | { readonly kind: 'token-rejected' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'refused-whole'; readonly entries: readonly EntryAnswer[] }
  /** Something may be stored, and the answer does not say what: `malformed-answer` or `status-<n>`. */
  | { readonly kind: 'lost'; readonly cause: string };

type Answered = Pick<Extract<PostAnswer, { kind: 'answered' }>, 'status' | 'headers' | 'text'>;

/**
 * Reads the answer to a posted Bundle, entry by entry: "each entry is posted and validated on its own" (1up FHIR server),
 * so that one refused entry says nothing about the others. Success is 200 or 201.
 */
export function readBundleAnswer(answer: Answered, posted: readonly PostedEntry[], policy: AnswerPolicy): BundleAnswer {
  if (!isSuccess(answer.status)) return readFailure(answer, posted, policy);
  const bundle = parse(answer.text);
  if (!isRecord(bundle) || bundle['resourceType'] !== 'Bundle') return malformed;
  const entry = bundle['entry'] ?? [];
  if (!Array.isArray(entry)) return malformed;
  const { answers, findings } = matchEntries(posted, entry.map(readEntry));
  const judged = posted.map(({ ordinal }, place) => judge(ordinal, answers[place], policy));
  const contradicted = answers.some((answered) => answered !== undefined && contradicts(answered));
  return {
    kind: 'entries',
    entries: judged,
    findings: contradicted ? [...findings, 'stored-with-error-outcome'] : findings,
  };
}

/** Reads the answer to one posted resource. As `readBundleAnswer`; a 201, or a 200 with the resource or nothing, is stored. */
export function readResourceAnswer(answer: Answered, posted: PostedEntry, policy: AnswerPolicy): BundleAnswer {
  const { status, headers, text } = answer;
  if (!isSuccess(status)) return readFailure(answer, [posted], policy);
  const resource = parse(text);
  const empty = text.trim() === '';
  const said = isRecord(resource) && resource['resourceType'] === posted.resourceType;
  if (!(said || empty || (status === 201 && headers.location !== undefined))) return malformed;
  const stored =
    identityIn(headers.location) ?? (said ? identityIn(`${posted.resourceType}/${String(resource['id'])}`) : undefined);
  const entry: EntryAnswer = {
    ordinal: posted.ordinal,
    outcome: 'confirmed',
    status,
    ...(stored === undefined ? {} : { storedId: stored.id }),
  };
  return { kind: 'entries', entries: [entry], findings: [] };
}

const malformed: BundleAnswer = { kind: 'lost', cause: 'malformed-answer' };

function readFailure(
  { status, headers, text }: Answered,
  posted: readonly PostedEntry[],
  { notStoredStatuses, tryAgainStatuses }: AnswerPolicy,
): BundleAnswer {
  if (!notStoredStatuses.includes(status)) return { kind: 'lost', cause: `status-${status}` };
  if (status === 401) return { kind: 'token-rejected' };
  if (tryAgainStatuses.includes(status)) {
    const after = headers.retryAfterMs === undefined ? {} : { retryAfterMs: headers.retryAfterMs };
    return { kind: 'try-again', cause: status === 429 ? 'throttled' : 'unavailable', ...after };
  }
  if (status === 403) return { kind: 'forbidden' };
  const issueCode = firstIssueCode(parse(text));
  const code = issueCode === undefined ? {} : { issueCode };
  return {
    kind: 'refused-whole',
    entries: posted.map(({ ordinal }) => ({ ordinal, outcome: 'refused', status, ...code })),
  };
}

function judge(ordinal: number, answered: AnsweredEntry | undefined, policy: AnswerPolicy): EntryAnswer {
  if (answered === undefined) return { ordinal, outcome: 'unknown', status: 0 };
  const { status } = answered;
  const outcome = outcomeOf(answered, policy);
  const issueCode = outcome === 'confirmed' ? undefined : firstIssueCode(answered.outcome);
  return {
    ordinal,
    outcome,
    status,
    ...(outcome === 'confirmed' && answered.id !== undefined ? { storedId: answered.id } : {}),
    ...(issueCode === undefined ? {} : { issueCode }),
  };
}

function outcomeOf(answered: AnsweredEntry, { notStoredStatuses, tryAgainStatuses }: AnswerPolicy): EntryOutcome {
  const { status } = answered;
  if (isSuccess(status)) return contradicts(answered) ? 'unknown' : 'confirmed';
  if (!notStoredStatuses.includes(status)) return 'unknown';
  // A token that ends in the middle of a bundle says nothing against the resource.
  return status === 401 || tryAgainStatuses.includes(status) ? 'deferred' : 'refused';
}

/** Success and error in one entry: what of it holds is not known. */
function contradicts({ status, outcome }: AnsweredEntry): boolean {
  return isSuccess(status) && hasErrorIssue(outcome);
}

function isSuccess(status: number): boolean {
  return status === 200 || status === 201;
}

/** `undefined` where the text is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
