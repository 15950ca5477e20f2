import { type DistinctResource, normalizedUrl } from './distinct-resources.ts';
import { identifiersOf } from './identifiers-of.ts';
import { parseReference } from './parse-reference.ts';

/** What a reference of the record points at. */
export type ReferenceTarget =
  | { readonly kind: 'inside'; readonly target: DistinctResource; readonly fragment: string }
  | { readonly kind: 'contained' }
  | { readonly kind: 'search'; readonly resourceType: string }
  /** Not in the record, and named as one of its neighbours: `Type/id`. */
  | { readonly kind: 'missing'; readonly resourceType: string; readonly id: string; readonly fragment: string }
  /** On another server, or of a form that names no resource. */
  | { readonly kind: 'elsewhere'; readonly resourceType?: string };

export type ResolveReference = (reference: string) => ReferenceTarget;

/**
 * Finds what a reference points at: by full URL first, then by type and id (FHIR R4, bundle.html#references). A search for an
 * identifier (http.html#trules, conditional references) points at the one resource of the record that has it.
 */
export function referenceIndex(distinct: readonly DistinctResource[]): ResolveReference {
  const byUrl = new Map(distinct.flatMap((one) => one.fullUrls.map((url) => [url, one] as const)));
  const byTypeAndId = new Map(distinct.map((one) => [`${one.resource.resourceType}/${one.sourceId}`, one]));
  const byIdentifier = identifierIndex(distinct);

  return (reference) => {
    const [url, fragment] = splitFragment(reference);
    const sameUrl = url === '' ? undefined : byUrl.get(normalizedUrl(url));
    if (sameUrl !== undefined) return { kind: 'inside', target: sameUrl, fragment };

    const parsed = parseReference(reference);
    if (parsed.kind === 'contained') return parsed;
    if (parsed.kind === 'search') {
      const found = byIdentifier.get(`${parsed.resourceType} ${parsed.identifier}`);
      if (found !== undefined) return { kind: 'inside', target: found, fragment: '' };
      return { kind: 'search', resourceType: parsed.resourceType };
    }
    if (parsed.kind === 'other') return { kind: 'elsewhere' };
    const { resourceType, id, base } = parsed;
    const sameId = byTypeAndId.get(`${resourceType}/${id}`);
    if (sameId !== undefined && (base === undefined || !isOnAServer(sameId)))
      return { kind: 'inside', target: sameId, fragment };
    return base === undefined ? { kind: 'missing', resourceType, id, fragment } : { kind: 'elsewhere', resourceType };
  };
}

/** A resource with an http full URL is that one only: the same type and id on another host is somebody else. */
function isOnAServer({ fullUrls }: DistinctResource): boolean {
  return fullUrls.some((url) => url.startsWith('http'));
}

function splitFragment(reference: string): [string, string] {
  const hash = reference.indexOf('#');
  return hash < 0 ? [reference, ''] : [reference.slice(0, hash), reference.slice(hash)];
}

/** By type and `system|value`, what one resource alone has. */
function identifierIndex(distinct: readonly DistinctResource[]): ReadonlyMap<string, DistinctResource> {
  const byIdentifier = new Map<string, DistinctResource>();
  const several = new Set<string>();
  for (const one of distinct) {
    for (const identifier of new Set(identifiersOf(one.resource))) {
      const key = `${one.resource.resourceType} ${identifier}`;
      if (byIdentifier.has(key)) several.add(key);
      byIdentifier.set(key, one);
    }
  }
  for (const key of several) byIdentifier.delete(key);
  return byIdentifier;
}
