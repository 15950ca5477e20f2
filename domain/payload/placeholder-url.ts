import type { ResourceKey } from '../../schemas/ids.ts';

/**
 * The full URL of a resource whose id the server assigns: a UUID of our own making (RFC 9562, version 8) from its key, so that it
 * is the same every time and stands for nothing else. References to the resource are this URL until its id is known.
 */
export function placeholderUrl(resourceKey: ResourceKey): string {
  const hex = resourceKey.slice(0, 32);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)];
  return `urn:uuid:${groups.join('-')}`;
}

/** `urn:uuid:` and a UUID. */
export const placeholderLength = 45;
