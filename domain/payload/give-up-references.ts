import { mapReferences } from './map-references.ts';
import { placeholderUrl } from './placeholder-url.ts';
import type { PreparedResource } from './prepare-resource.ts';

/**
 * A resource whose references to these are not linked: they get a name that nothing has at the counterpart, as references out of
 * the record do, because a placeholder would stand for nothing there.
 */
export function giveUpReferences(prepared: PreparedResource, targets: readonly PreparedResource[]): PreparedResource {
  if (targets.length === 0) return prepared;
  const names = new Map(
    targets.map(({ resource, resourceKey, targetId }) => [
      placeholderUrl(resourceKey),
      `${resource.resourceType}/${targetId}`,
    ]),
  );
  const resource = mapReferences(prepared.resource, (reference) => names.get(reference) ?? reference);
  return { ...prepared, resource, json: JSON.stringify(resource) };
}
