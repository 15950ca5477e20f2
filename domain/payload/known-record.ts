import type { FhirResource } from '../../schemas/fhir.ts';
import type { UnchangedResource } from '../../schemas/record-remarks.ts';
import { canonicalJson } from './canonical-json.ts';

/** What was delivered of a member so far, in its newest state: `Type/id`, then the hash of each content that it came with. */
export type KnownRecord = ReadonlyMap<string, ReadonlyMap<string, FhirResource>>;

/** The hash of a content in its canonical form (`canonicalJson`). */
export type HashContent = (canonical: string) => string;

/** What one read brought, as it was stored. */
export interface StoredRead {
  /** What was new or changed. */
  readonly stored: readonly FhirResource[];
  /** What came and was known. */
  readonly unchanged: readonly UnchangedResource[];
}

/** What is new or changed among resources that were read, and what is equal to the last character of its content to what is known. Pure. */
export function compareWithKnown(
  known: KnownRecord,
  read: readonly FhirResource[],
  hash: HashContent,
): { readonly fresh: readonly FhirResource[]; readonly unchanged: readonly UnchangedResource[] } {
  const fresh: FhirResource[] = [];
  const unchanged: UnchangedResource[] = [];
  for (const resource of read) {
    const name = nameOf(resource);
    const contentHash = hash(canonicalJson(resource));
    if (known.get(name)?.has(contentHash) === true) unchanged.push({ name, contentHash });
    else fresh.push(resource);
  }
  return { fresh, unchanged };
}

/**
 * What is known after one more read: of an id the contents of the last read that brought it, so that one which changes and changes
 * back is a change both times. Resources without an id are told apart by their content alone: all that ever came stay known. Pure.
 */
export function knownAfter(known: KnownRecord, { stored, unchanged }: StoredRead, hash: HashContent): KnownRecord {
  const brought = new Map<string, Map<string, FhirResource>>();
  const bring = (name: string, contentHash: string, resource: FhirResource): void => {
    const contents = brought.get(name) ?? new Map<string, FhirResource>(isNamed(name) ? [] : known.get(name));
    brought.set(name, contents.set(contentHash, resource));
  };
  for (const { name, contentHash } of unchanged) {
    const resource = known.get(name)?.get(contentHash);
    if (resource !== undefined) bring(name, contentHash, resource);
  }
  for (const resource of stored) bring(nameOf(resource), hash(canonicalJson(resource)), resource);
  return new Map([...known, ...brought]);
}

/** The resources behind what came unchanged. */
export function knownResources(known: KnownRecord, unchanged: readonly UnchangedResource[]): readonly FhirResource[] {
  return unchanged.flatMap(({ name, contentHash }) => known.get(name)?.get(contentHash) ?? []);
}

/** `Type/id` of what is known of these types and did not come. To be asked only of types that were read in full. */
export function noLongerReturned(
  known: KnownRecord,
  returned: ReadonlySet<string>,
  types: ReadonlySet<string>,
): readonly string[] {
  const missing = [...known.keys()].filter((name) => isNamed(name) && types.has(typeOf(name)) && !returned.has(name));
  return missing.toSorted();
}

/** `Type/id`, by which a record knows a resource; of one without an id only `Type/`. */
export function nameOf({ resourceType, id }: FhirResource): string {
  return `${resourceType}/${id ?? ''}`;
}

const typeOf = (name: string): string => name.slice(0, name.indexOf('/'));
const isNamed = (name: string): boolean => !name.endsWith('/');
