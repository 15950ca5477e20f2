import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { canonicalValue } from '../../sandbox/fhir/canonical-json.ts';
import type { JournalRecord } from '../../sandbox/journal.ts';

interface Attributed {
  readonly resourceType: string;
  readonly line: number;
  readonly transfer_id: string;
}

/** What a delivery holds of each transfer: `Type/id SHA-256 of the content`, once for each line, sorted. */
export async function deliveredContents(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const linesOf = async (name: string) =>
    gunzipSync(await readFile(join(folder, name)))
      .toString()
      .split('\n')
      .slice(0, -1);
  const aside = new Set(['attribution.ndjson.gz', 'outcomes.ndjson.gz']);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson.gz') && !aside.has(name));
  const files = new Map<string, readonly string[]>();
  for (const name of names) files.set(name.slice(0, -'.ndjson.gz'.length), await linesOf(name));
  const contents = new Map<string, string[]>();
  for (const line of await linesOf('attribution.ndjson.gz')) {
    const { resourceType, line: number, transfer_id } = JSON.parse(line) as Attributed;
    const text = files.get(resourceType)?.[number - 1];
    if (text === undefined) throw new Error(`the delivery has no line ${number} of ${resourceType}`);
    const { id } = JSON.parse(text) as { readonly id?: string };
    const ofTransfer = contents.get(transfer_id) ?? [];
    contents.set(transfer_id, [...ofTransfer, `${resourceType}/${id ?? ''} ${contentSum(text)}`]);
  }
  const lines = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const attributed = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
  if (lines !== attributed) throw new Error(`${lines} lines are delivered, ${attributed} are attributed`);
  return new Map([...contents].map(([transferId, list]) => [transferId, list.toSorted()]));
}

/** What the sandbox says that it gave a member, in the same form, each once however often it was asked for. */
export function givenContents(journal: readonly JournalRecord[], previousMemberId: string): readonly string[] {
  const given = journal
    .filter((record) => record.previousMemberId === previousMemberId)
    .flatMap(({ entries }) => entries)
    .filter(({ outcome }) => outcome === 'given')
    .map(({ resourceType, callerId, contentSha256 }) => `${resourceType}/${callerId ?? ''} ${contentSha256}`);
  return [...new Set(given)].toSorted();
}

function contentSum(json: string): string {
  return createHash('sha256').update(canonicalValue(json).canonical).digest('hex');
}
