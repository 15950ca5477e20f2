import type { JournalRecord } from '../sandbox/journal.ts';

/** What the sandbox's journal says was stored, told apart by content: a store by id alone could hide a repeat. */
export interface Arrivals {
  /** Different contents, by previous member id. */
  readonly contents: ReadonlyMap<string, ReadonlySet<string>>;
  readonly stored: number;
  /** Entries that were stored although the same content was stored before. */
  readonly storedAgain: number;
}

/** Counts the stored entries of the arrival journal. */
export function countArrivals(journal: readonly JournalRecord[]): Arrivals {
  const contents = new Map<string, Set<string>>();
  let stored = 0;
  let storedAgain = 0;
  for (const { previousMemberId, entries } of journal) {
    if (previousMemberId === null) continue;
    const known = contents.get(previousMemberId) ?? new Set<string>();
    contents.set(previousMemberId, known);
    for (const { outcome, resourceType, callerId, contentSha256 } of entries) {
      if (outcome !== 'stored' && outcome !== 'updated') continue;
      const content = `${resourceType}/${callerId} ${contentSha256}`;
      if (known.has(content)) storedAgain += 1;
      known.add(content);
      stored += 1;
    }
  }
  return { contents, stored, storedAgain };
}
