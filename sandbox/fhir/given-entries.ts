import { createHash } from 'node:crypto';

import type { JournalEntry } from '../journal.ts';
import type { RecordedResource } from '../members/record/record-context.ts';
import { canonicalValue } from './canonical-json.ts';

const KNOWN_SUMS = new WeakMap<RecordedResource, string>();

/** What an answer gave, for the journal: by content, so that a reader can be held to it. */
export function givenEntries(resources: readonly RecordedResource[]): JournalEntry[] {
  return resources.map((resource, position) => ({
    position,
    resourceType: resource.type,
    callerId: resource.id,
    contentSha256: contentSha256(resource),
    outcome: 'given',
    status: 200,
    storedId: null,
  }));
}

function contentSha256(resource: RecordedResource): string {
  const known = KNOWN_SUMS.get(resource);
  if (known !== undefined) return known;
  const sum = createHash('sha256').update(canonicalValue(resource.text).canonical).digest('hex');
  KNOWN_SUMS.set(resource, sum);
  return sum;
}
