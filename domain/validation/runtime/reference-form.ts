import type { Environment } from './environment.ts';

interface ReferenceLike {
  readonly reference?: unknown;
}

/** True for a literal reference with white space in it. */
export function referenceIsMalformed({ reference }: ReferenceLike): boolean {
  if (typeof reference !== 'string') return false;
  for (let i = 0; i < reference.length; i += 1) {
    const code = reference.charCodeAt(i);
    if (code === 32 || (code >= 9 && code <= 13)) return true;
  }
  return false;
}

/** True for a reference into the resource itself (`#id`) that meets nothing. `#` alone is for contained resources. */
export function localTargetIsMissing({ reference }: ReferenceLike, e: Environment): boolean {
  if (typeof reference !== 'string' || reference.charCodeAt(0) !== 35) return false;
  if (reference.length === 1) return e.resource === e.rootResource;
  return e.contained(reference.slice(1)) === undefined;
}
