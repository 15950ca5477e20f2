import { type BundleEntry, type BundleProblem, EntryIndex, isObject } from './bundle-entries.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A document begins with its Composition, holds what that refers to, and nothing that has no link to it. */
export function documentProblems(entries: readonly BundleEntry[]): BundleProblem[] {
  const first = firstProblem(entries, 'Composition');
  const [start] = entries;
  if (first !== undefined) return [first];
  if (start?.resource === undefined) return [];
  const index = new EntryIndex(entries);
  return [
    ...missingTargets(index, start, compositionReferences(start.resource)),
    ...unlinked(entries, index).map((at) => ({
      path: `.entry[${at}]`,
      code: 'informational',
      message: 'Nothing links the entry with the Composition of the document.',
    })),
  ];
}

/** A message begins with its MessageHeader and holds what that is about. */
export function messageProblems(entries: readonly BundleEntry[]): BundleProblem[] {
  const first = firstProblem(entries, 'MessageHeader');
  const [start] = entries;
  if (first !== undefined) return [first];
  return start?.resource === undefined
    ? []
    : missingTargets(new EntryIndex(entries), start, listed(start.resource['focus']));
}

function firstProblem(entries: readonly BundleEntry[], type: string): BundleProblem | undefined {
  const [first] = entries;
  if (first?.resource?.resourceType === type) return undefined;
  return { path: '.entry[0]', code: 'invalid', message: `The first entry must be a resource of the type ${type}.` };
}

/** References of a Composition that a document must hold the targets of. */
function compositionReferences(composition: Fields): unknown[] {
  const { subject, encounter, custodian, author, attester, event, section } = composition;
  return [
    subject,
    encounter,
    custodian,
    ...listed(author),
    ...listed(attester).map((one) => one['party']),
    ...listed(event).flatMap((one) => listed(one['detail'])),
    ...listed(section).flatMap(sectionReferences),
  ];
}

function sectionReferences({ author, focus, entry, section }: Fields): unknown[] {
  return [...listed(author), focus, ...listed(entry), ...listed(section).flatMap(sectionReferences)];
}

function missingTargets(index: EntryIndex, from: BundleEntry, references: readonly unknown[]): BundleProblem[] {
  return references.flatMap((one) => {
    const literal = isObject(one) ? one['reference'] : undefined;
    if (typeof literal !== 'string' || literal.startsWith('#') || index.indexOf(from, literal) >= 0) return [];
    return [{ path: '.entry[0].resource', code: 'not-found', message: 'A reference points at nothing in the Bundle.' }];
  });
}

/** Entries that no chain of references joins with the first one, in either direction. */
function unlinked(entries: readonly BundleEntry[], index: EntryIndex): number[] {
  const links: number[][] = entries.map(() => []);
  entries.forEach((entry, at) => {
    for (const target of targetsOf(entry, index)) {
      links[at]?.push(target);
      links[target]?.push(at);
    }
  });
  const reached = new Set([0]);
  // A set is gone through in the order of insertion, and what is added meanwhile comes, too.
  for (const at of reached) for (const next of links[at] ?? []) reached.add(next);
  return entries.flatMap(({ resource }, at) => (resource === undefined || reached.has(at) ? [] : [at]));
}

function targetsOf(entry: BundleEntry, index: EntryIndex): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string' && value.length < 1_000) {
      const target = index.indexOf(entry, value);
      if (target >= 0) found.add(target);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(entry.resource);
  return found;
}

function listed(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];
}
