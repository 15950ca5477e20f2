import type { FhirResource } from '../../schemas/fhir.ts';
import { canonicalJson } from './canonical-json.ts';
import { parseReference } from './parse-reference.ts';
import { describePlace, type SourceResource } from './source-resource.ts';

/** A resource of the record, once. */
export interface DistinctResource {
  readonly resource: FhirResource;
  /** Its id in the source. */
  readonly sourceId: string;
  /** Every full URL under which it stood, versions cut off. */
  readonly fullUrls: readonly string[];
}

export type DistinctResources =
  | { readonly kind: 'distinct'; readonly distinct: readonly DistinctResource[]; readonly repeats: number }
  | { readonly kind: 'conflict'; readonly detail: string };

export type KeyedHash = (...parts: string[]) => string;

interface Seen {
  readonly first: SourceResource;
  readonly sourceId: string;
  readonly content: string;
  readonly fullUrls: Set<string>;
}

/**
 * Drops repeats with the same type, id and content; FHIR forbids them within one transaction, and real payloads have them.
 * The same id with other content, or one full URL for two resources, is a conflict that a person decides.
 */
export function distinctResources(resources: readonly SourceResource[], keyedHash: KeyedHash): DistinctResources {
  const seen = new Map<string, Seen>();
  const ownerOfUrl = new Map<string, Seen>();
  for (const source of resources) {
    const content = canonicalJson(source.resource);
    const sourceId = sourceIdOf(source, () => keyedHash('content', content));
    const key = `${source.resource.resourceType}/${sourceId}`;
    const known = seen.get(key) ?? { first: source, sourceId, content, fullUrls: new Set<string>() };
    if (known.content !== content) return conflict('have one id and differ', known.first, source);
    seen.set(key, known);

    if (source.fullUrl === undefined) continue;
    const url = normalizedUrl(source.fullUrl);
    const owner = ownerOfUrl.get(url) ?? known;
    if (owner !== known) return conflict('have one fullUrl', owner.first, source);
    ownerOfUrl.set(url, known);
    known.fullUrls.add(url);
  }
  const distinct = [...seen.values()].map(({ first, sourceId, fullUrls }) => ({
    resource: first.resource,
    sourceId,
    fullUrls: [...fullUrls],
  }));
  return { kind: 'distinct', distinct, repeats: resources.length - distinct.length };
}

/** A full URL or absolute reference without its version; UUIDs in lower case (RFC 9562). */
export function normalizedUrl(url: string): string {
  return url.startsWith('urn:') ? url.toLowerCase() : url.replace(/\/_history\/[^/]+$/, '');
}

/** The resource's id; else what its full URL says; else its content, which at least is the same every time. */
function sourceIdOf({ resource, fullUrl = '' }: SourceResource, contentHash: () => string): string {
  if (resource.id !== undefined) return resource.id;
  const parsed = parseReference(fullUrl);
  if (parsed.kind === 'literal') return parsed.id;
  const uuid = /^urn:uuid:(?<uuid>[0-9a-f-]+)$/.exec(normalizedUrl(fullUrl))?.groups?.['uuid'];
  return uuid ?? contentHash();
}

function conflict(what: string, first: SourceResource, second: SourceResource): DistinctResources {
  const detail = `Two resources ${what}: ${describePlace(first.place)} and ${describePlace(second.place)}.`;
  return { kind: 'conflict', detail };
}
