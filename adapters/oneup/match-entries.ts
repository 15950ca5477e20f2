import type { AnsweredEntry } from './answered-entry.ts';

export interface PostedEntry {
  readonly ordinal: number;
  readonly resourceType: string;
  /** The id that the entry was posted with; the counterpart may have assigned another. */
  readonly targetId: string;
}

export interface Matched {
  /** For every posted entry its answer, or `undefined` where none can be told to be its own. */
  readonly answers: readonly (AnsweredEntry | undefined)[];
  /** What is odd about the answer, by code. */
  readonly findings: readonly string[];
}

/**
 * Finds for every posted entry its answer. A response Bundle answers "in the same order" (FHIR R4, 3.1.0.11.3); that is
 * believed as long as nothing in it speaks against it. Then only entries that name an id of ours are matched.
 */
export function matchEntries(posted: readonly PostedEntry[], answered: readonly AnsweredEntry[]): Matched {
  const findings = oddities(posted, answered);
  if (findings.length === 0) return { answers: answered, findings };
  const byKey = new Map<string, AnsweredEntry | 'twice'>();
  for (const entry of answered) {
    const key = keyOf(entry.resourceType, entry.id);
    if (key !== undefined) byKey.set(key, byKey.has(key) ? 'twice' : entry);
  }
  const answers = posted.map(({ resourceType, targetId }) => {
    const answer = byKey.get(`${resourceType}/${targetId}`);
    return answer === 'twice' ? undefined : answer;
  });
  const twice = [...byKey.values()].includes('twice');
  return { answers, findings: twice ? [...findings, 'entry-answered-twice'] : findings };
}

/** Everything that says that the order of the answer is not the order of the post. */
function oddities(posted: readonly PostedEntry[], answered: readonly AnsweredEntry[]): readonly string[] {
  const findings = new Set<string>();
  if (answered.length < posted.length) findings.add('too-few-entries');
  if (answered.length > posted.length) findings.add('too-many-entries');
  const ours = new Set(posted.map(({ resourceType, targetId }) => `${resourceType}/${targetId}`));
  for (const [place, { resourceType, id }] of answered.entries()) {
    const expected = posted[place];
    const key = keyOf(resourceType, id);
    if (expected === undefined || key === undefined) continue;
    if (ours.has(key) && key !== `${expected.resourceType}/${expected.targetId}`) findings.add('entries-reordered');
    else if (resourceType !== expected.resourceType) findings.add('entry-of-another-type');
  }
  return [...findings];
}

function keyOf(resourceType: string | undefined, id: string | undefined): string | undefined {
  return resourceType === undefined || id === undefined ? undefined : `${resourceType}/${id}`;
}
