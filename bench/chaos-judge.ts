import { createHash } from 'node:crypto';

import { canonicalValue } from '../sandbox/fhir/canonical-json.ts';
import { journalRecords } from '../test/support/stored-requests.ts';

/** What a sender says of what it sent: one name for each resource. */
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

/** Holds an account against what was stored, by name, once for each time: confirmed ⊆ stored ⊆ confirmed ∪ unknown, each stored once. */
export function judge({ confirmed, unknown }: Account, storedNames: readonly string[]): Judgement {
  const stored = new Map<string, number>();
  for (const name of storedNames) stored.set(name, (stored.get(name) ?? 0) + 1);
  const count = (names: Iterable<string>, fits: (name: string) => boolean) => [...names].filter(fits).length;
  return {
    confirmed: confirmed.size,
    unknown: unknown.size,
    stored: stored.size,
    unknownButStored: count(unknown, (name) => stored.has(name)),
    storedTwice: count(stored.keys(), (name) => (stored.get(name) ?? 0) > 1),
    confirmedButNotStored: count(confirmed, (name) => !stored.has(name)),
    storedButNotCounted: count(stored.keys(), (name) => !confirmed.has(name) && !unknown.has(name)),
  };
}

/** The name of one resource of one member with its content, as the journal has it too. */
export function contentName(previousMemberId: string, resourceType: string, id: string, json: string): string {
  const contentSha256 = createHash('sha256').update(canonicalValue(json).canonical).digest('hex');
  return nameOf(previousMemberId, resourceType, id, contentSha256);
}

/** What the journal says was stored, by member, posted id and content. */
export async function storedContents(adminUrl: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { previousMemberId, entries } of journalRecords(adminUrl))
    for (const { outcome, resourceType, callerId, contentSha256 } of entries)
      if (outcome === 'stored' || outcome === 'updated')
        names.push(nameOf(previousMemberId ?? '', resourceType, callerId ?? '', contentSha256));
  return names;
}

function nameOf(previousMemberId: string, resourceType: string, id: string, contentSha256: string): string {
  return `${previousMemberId} ${resourceType}/${id} ${contentSha256}`;
}
