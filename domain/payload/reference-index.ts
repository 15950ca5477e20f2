import { type DistinctResource, normalizedUrl } from './distinct-resources.ts';
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

/** Finds what a reference points at: by full URL first, then by type and id (FHIR R4, bundle.html#references). */
export function referenceIndex(distinct: readonly DistinctResource[]): ResolveReference {
  const byUrl = new Map(distinct.flatMap((one) => one.fullUrls.map((url) => [url, one] as const)));
  const byTypeAndId = new Map(distinct.map((one) => [`${one.resource.resourceType}/${one.sourceId}`, one]));

  return (reference) => {
    const [url, fragment] = splitFragment(reference);
    const sameUrl = url === '' ? undefined : byUrl.get(normalizedUrl(url));
    if (sameUrl !== undefined) return { kind: 'inside', target: sameUrl, fragment };

    const parsed = parseReference(reference);
    if (parsed.kind === 'contained' || parsed.kind === 'search') return parsed;
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
