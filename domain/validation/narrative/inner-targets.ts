import { type InnerLink, NarrativeReader } from './narrative-reader.ts';

/**
 * The links of a narrative that lead nowhere: to no id in the narrative itself nor, looked into one after the other, in what is
 * `around` it (its resource, the resource that contains that one, their Bundle), elements and narratives alike.
 */
export function linksToNowhere(
  { links, ids }: Pick<NarrativeReader, 'links' | 'ids'>,
  around: readonly unknown[],
): readonly InnerLink[] {
  let open = links.filter(({ fragment }) => !ids.has(fragment));
  for (const value of new Set(around)) {
    if (open.length === 0) break;
    const known = idsWithin(value);
    open = open.filter(({ fragment }) => !known.has(fragment));
  }
  return open;
}

/** `Type_id` of each entry of a Bundle: where the narratives that HL7's publisher makes say "see above", they link to these. */
export function entryAnchors(entries: unknown): ReadonlySet<string> {
  if (!Array.isArray(entries)) return new Set();
  const resources = (entries as readonly ({ resource?: { resourceType?: unknown; id?: unknown } } | null)[]).map(
    (entry) => entry?.resource,
  );
  return new Set(resources.map((resource) => `${String(resource?.resourceType)}_${String(resource?.id)}`));
}

/** Every id in a tree, and in the narratives in it. */
function idsWithin(root: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object') waiting.push(inner);
      else if (key === 'id' && typeof inner === 'string') found.add(inner);
      else if (key === 'div' && typeof inner === 'string') for (const id of idsOfNarrative(inner)) found.add(id);
    }
  }
  return found;
}

function idsOfNarrative(text: string): Iterable<string> {
  const reader = new NarrativeReader(text);
  reader.read();
  return reader.ids;
}
