import type { InvariantEnvironment } from './environment.ts';

/**
 * The resource that a reference leads to, if it is at hand: contained (`#id`) or an entry of the bundle. Nothing otherwise; an
 * invariant must not depend on what a server would say.
 */
export function resolve(reference: unknown, { rootResource, bundle, targets }: InvariantEnvironment): unknown {
  if (typeof reference !== 'string') return undefined;
  if (reference.startsWith('#')) {
    const id = reference.slice(1);
    return listAt(rootResource, 'contained').find((resource) => valueAt(resource, 'id') === id);
  }
  const url = reference.replace(/\/_history\/[^/]*$/, '');
  const entry = (targets?.endingLike(url) ?? listAt(bundle, 'entry')).find((one) => isTarget(one, url));
  return valueAt(entry, 'resource');
}

/** An entry is meant by its fullUrl, or by the `Type/id` at the end of it. */
function isTarget(entry: unknown, url: string): boolean {
  const fullUrl = valueAt(entry, 'fullUrl');
  if (typeof fullUrl === 'string' && (fullUrl === url || fullUrl.endsWith(`/${url}`))) return true;
  if (fullUrl !== undefined) return false;
  const resource = valueAt(entry, 'resource');
  const [type, id] = [valueAt(resource, 'resourceType'), valueAt(resource, 'id')];
  return typeof type === 'string' && typeof id === 'string' && `${type}/${id}` === url;
}

function valueAt(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined;
}

function listAt(node: unknown, name: string): readonly unknown[] {
  const list = valueAt(node, name);
  return Array.isArray(list) ? list : [];
}
