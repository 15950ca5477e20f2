import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

import type { JournalRecord } from '../../sandbox/journal.ts';

/** The arrival journal, line by line, because that of a long run does not fit into one string. */
export async function* journalRecords(
  adminUrl: string,
  of: { readonly previousMemberId?: string } = {},
): AsyncGenerator<JournalRecord> {
  const query = new URLSearchParams({ format: 'jsonl', ...of });
  const { body } = await fetch(`${adminUrl}/journal?${query.toString()}`);
  if (body === null) throw new Error('the journal has no body');
  for await (const line of createInterface({ input: Readable.fromWeb(body) })) yield JSON.parse(line) as JournalRecord;
}

/** The requests of which the sandbox has stored something. Each belongs to one attempt of one sender. */
export interface StoredRequests {
  /**
   * Takes the last request with this body, not before the attempt (ISO 8601), that nobody has taken: which of its entries were stored,
   * by their place. Later attempts must take first, because a later transfer may post the same bytes once more.
   */
  take(bodySha256: string, attemptedAt: string): readonly number[];
  /** How many resources were stored by requests that nobody has taken. */
  left(): number;
}

/** Reads them from the journal: of one member, or of all. */
export async function storedRequests(
  adminUrl: string,
  of: { readonly previousMemberId?: string } = {},
): Promise<StoredRequests> {
  const byBody = new Map<string, { readonly at: string; readonly places: readonly number[] }[]>();
  for await (const { at, bodySha256, entries } of journalRecords(adminUrl, of)) {
    const stored = entries.filter(({ outcome }) => outcome === 'stored' || outcome === 'updated');
    if (bodySha256 === null || stored.length === 0) continue;
    const places = stored.map(({ position }) => position);
    byBody.set(bodySha256, [...(byBody.get(bodySha256) ?? []), { at, places }]);
  }
  return {
    take(bodySha256, attemptedAt) {
      const requests = byBody.get(bodySha256);
      return (requests?.at(-1)?.at ?? '') < attemptedAt ? [] : (requests?.pop()?.places ?? []);
    },
    left: () => [...byBody.values()].flat().reduce((sum, { places }) => sum + places.length, 0),
  };
}
