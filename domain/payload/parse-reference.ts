import { isResourceType } from '../validation/r4-resource-types.ts';

/** The forms of `Reference.reference` (FHIR R4, references.html#literal, and the search form that Synthea writes). */
export type ParsedReference =
  | { readonly kind: 'contained' }
  | {
      readonly kind: 'search';
      readonly resourceType: string;
      /** `system|value`, where the search is for an identifier and nothing else. */
      readonly identifier?: string;
    }
  | {
      readonly kind: 'literal';
      /** With its scheme and host; else it is relative. */
      readonly base?: string;
      readonly resourceType: string;
      readonly id: string;
      /** `#part` of the target, where one is named. */
      readonly fragment: string;
    }
  | { readonly kind: 'other' };

const literal =
  /^(?:(?<base>https?:\/\/.+)\/)?(?<resourceType>[A-Z][A-Za-z]+)\/(?<id>[^\s/?#|]+)(?:\/_history\/[^\s/?#|]+)?(?<fragment>#.+)?$/;
const search = /^(?<resourceType>[A-Z][A-Za-z]+)\?(?:identifier=(?<identifier>[^&]+)$)?/;

/** Takes a reference apart. A version (`/_history/1`) is dropped: the counterpart gives versions of its own. */
export function parseReference(reference: string): ParsedReference {
  if (reference.startsWith('#')) return { kind: 'contained' };
  const groups = literal.exec(reference)?.groups;
  if (groups !== undefined && isResourceType(groups['resourceType'])) {
    const { base, resourceType, id = '', fragment = '' } = groups;
    return { kind: 'literal', resourceType, id, fragment, ...(base !== undefined && { base }) };
  }
  const { resourceType, identifier } = search.exec(reference)?.groups ?? {};
  if (!isResourceType(resourceType)) return { kind: 'other' };
  return { kind: 'search', resourceType, ...(identifier !== undefined && { identifier: decoded(identifier) }) };
}

/** A search parameter as text; where it is not well-formed, as it is. */
function decoded(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}
