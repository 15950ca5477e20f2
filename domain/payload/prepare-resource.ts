import type { FhirResource } from '../../schemas/fhir.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { AlreadySent } from './already-sent.ts';
import type { IdentifyTarget, TargetIdentity } from './caller-ids.ts';
import type { DistinctResource } from './distinct-resources.ts';
import { mapReferences } from './map-references.ts';
import { placeholderUrl } from './placeholder-url.ts';
import type { ReferenceTarget, ResolveReference } from './reference-index.ts';

/** A resource as it would be sent, whether it will be or not. */
export interface PreparedResource extends TargetIdentity {
  readonly source: DistinctResource;
  readonly resource: FhirResource;
  readonly json: string;
  /** One for each reference in it, those to contained resources left out. */
  readonly references: readonly PreparedReference[];
}

/** Where a reference of it leads. `stored`: to what an earlier transfer sent, whose id at the counterpart is written in it. */
export type PreparedReference = ReferenceTarget | { readonly kind: 'stored' };

/** How resources are named at the counterpart. */
export interface Naming {
  readonly idAssignment: Plan['idAssignment'];
  readonly resolve: ResolveReference;
  readonly identify: IdentifyTarget;
  readonly alreadySent: AlreadySent;
}

/**
 * Gives a resource the id that it will have at the counterpart, and its references the ids of what they point at. Where the server
 * assigns the ids it gets none, and its references are placeholders, but for those to what is stored there already.
 */
export function prepareResource(source: DistinctResource, naming: Naming): PreparedResource {
  const { idAssignment, resolve, identify } = naming;
  const references: PreparedReference[] = [];
  const rewritten = mapReferences(source.resource, (reference, key) => {
    const target = resolve(reference);
    const stored = storedName(target, naming);
    if (stored !== undefined) {
      references.push({ kind: 'stored' });
      return stored;
    }
    // Most URLs are no references: only one that names a resource of the record, or a neighbour of it, is.
    if (target.kind === 'contained' || (key === 'url' && target.kind !== 'inside' && target.kind !== 'missing'))
      return reference;
    references.push(target);
    return rewrite(reference, target, identify, idAssignment);
  });
  const { resourceType, ...elements } = rewritten;
  const identity = identify(resourceType, source.sourceId);
  const { id: _ofTheSource, ...withoutId } = elements;
  const resource: FhirResource =
    idAssignment === 'server' ? { resourceType, ...withoutId } : { resourceType, ...elements, id: identity.targetId };
  return { ...identity, source, resource, json: JSON.stringify(resource), references };
}

/** The name of what an earlier transfer sent. A part of a resource has no name outside of it where the ids are not ours. */
function storedName(target: ReferenceTarget, { identify, alreadySent, idAssignment }: Naming): string | undefined {
  if (target.kind !== 'inside') return undefined;
  const { resourceType } = target.target.resource;
  const sentBefore = alreadySent.get(identify(resourceType, target.target.sourceId).resourceKey);
  if (sentBefore?.storedId === undefined) return undefined;
  const fragment = idAssignment === 'server' ? '' : target.fragment;
  return `${resourceType}/${sentBefore.storedId}${fragment}`;
}

/** What is not in the record keeps the id that it would have had; searches and other servers' URLs stay as they are. */
function rewrite(
  reference: string,
  target: ReferenceTarget,
  identify: IdentifyTarget,
  idAssignment: Plan['idAssignment'],
): string {
  switch (target.kind) {
    case 'inside': {
      const { resource, sourceId } = target.target;
      const { resourceKey, targetId } = identify(resource.resourceType, sourceId);
      // Only whole resources can be linked; a part of another resource has no name outside of it anyway (R4, references.html#contained).
      if (idAssignment === 'server') return placeholderUrl(resourceKey);
      return `${resource.resourceType}/${targetId}${target.fragment}`;
    }
    case 'missing':
      return `${target.resourceType}/${identify(target.resourceType, target.id).targetId}${target.fragment}`;
    case 'contained':
    case 'search':
    case 'elsewhere':
      break;
  }
  return reference;
}
