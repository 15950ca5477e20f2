import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

import { canonicalValue } from '../sandbox/fhir/canonical-json.ts';
import type { JournalRecord } from '../sandbox/journal.ts';

/** What a sender says of what it sent: one key per resource, of member, type, id and content. */
export interface Account {
  readonly confirmed: ReadonlySet<string>;
  /** Unknown to us; given up by the naive script. */
  readonly unknown: ReadonlySet<string>;
}

/** What the arrival journal says about an account. */
export interface Judgement {
  readonly confirmed: number;
  readonly unknown: number;
  /** Distinct resources that the other side holds. */
  readonly stored: number;
  readonly unknownButStored: number;
  readonly storedTwice: number;
  readonly confirmedButNotStored: number;
  readonly storedButNotCounted: number;
}

/** The name of one resource of one member with its content, as the journal has it too. */
export function resourceKey(previousMemberId: string, resourceType: string, id: string, json: string): string {
  const contentSha256 = createHash('sha256').update(canonicalValue(json).canonical).digest('hex');
  return journalKey(previousMemberId, resourceType, id, contentSha256);
}

/** Holds an account against the sandbox's journal: confirmed ⊆ stored ⊆ confirmed ∪ unknown, each stored once. */
export async function judge(adminUrl: string, { confirmed, unknown }: Account): Promise<Judgement> {
  const stored = new Map<string, number>();
  for await (const key of storedKeys(adminUrl)) stored.set(key, (stored.get(key) ?? 0) + 1);
  const count = (keys: Iterable<string>, fits: (key: string) => boolean) => [...keys].filter(fits).length;
  return {
    confirmed: confirmed.size,
    unknown: unknown.size,
    stored: stored.size,
    unknownButStored: count(unknown, (key) => stored.has(key)),
    storedTwice: count(stored.keys(), (key) => (stored.get(key) ?? 0) > 1),
    confirmedButNotStored: count(confirmed, (key) => !stored.has(key)),
    storedButNotCounted: count(stored.keys(), (key) => !confirmed.has(key) && !unknown.has(key)),
  };
}

/** Line by line: the journal of a long run does not fit into one string. */
async function* storedKeys(adminUrl: string): AsyncGenerator<string> {
  const { body } = await fetch(`${adminUrl}/journal?format=jsonl`);
  if (body === null) throw new Error('the journal has no body');
  for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
    const { previousMemberId, entries } = JSON.parse(line) as JournalRecord;
    for (const { outcome, resourceType, callerId, contentSha256 } of entries)
      if (outcome === 'stored' || outcome === 'updated')
        yield journalKey(previousMemberId ?? '', resourceType, callerId ?? '', contentSha256);
  }
}

function journalKey(previousMemberId: string, resourceType: string, id: string, contentSha256: string): string {
  return `${previousMemberId} ${resourceType}/${id} ${contentSha256}`;
}
