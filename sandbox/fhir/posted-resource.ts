import { createHash } from 'node:crypto';

import { canonicalValue } from './canonical-json.ts';
import { type JsonObject, missingElements } from './required-elements.ts';
import { RESOURCE_TYPES, UNCREATABLE_TYPES } from './resource-types.ts';

/** One resource as it was posted. */
export interface PostedResource {
  readonly position: number;
  readonly type: string;
  readonly callerId: string | undefined;
  readonly fullUrl: string | undefined;
  readonly resource: JsonObject;
  /** The resource's own text, cut from the body. */
  readonly text: string;
  readonly contentSha256: string;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly diagnostics: string;
}

/** Describes a resource whose text is valid JSON. */
export function postedResource(text: string, position: number, resource: JsonObject, fullUrl?: string): PostedResource {
  const { resourceType, id } = resource;
  return {
    position,
    type: typeof resourceType === 'string' ? resourceType : '',
    callerId: typeof id === 'string' ? id : undefined,
    fullUrl,
    resource,
    text,
    contentSha256: createHash('sha256').update(canonicalValue(text).canonical).digest('hex'),
  };
}

/** Base R4 only: known type, the required elements, a well-formed id (domain.md 1.2). */
export function resourceRefusal(posted: PostedResource, uncreatableStatus: number): Refusal | undefined {
  if (!RESOURCE_TYPES.has(posted.type)) return invalid('structure', 'resourceType is missing or unknown');
  if (UNCREATABLE_TYPES.has(posted.type)) {
    return { status: uncreatableStatus, code: 'not-supported', diagnostics: `${posted.type} cannot be created` };
  }
  if (posted.resource['id'] !== undefined && !/^[A-Za-z0-9.-]{1,64}$/.test(posted.callerId ?? '')) {
    return invalid('value', 'id is not a FHIR id');
  }
  const missing = missingElements(posted.resource);
  return missing.length === 0 ? undefined : invalid('required', `missing: ${missing.join(', ')}`);
}

function invalid(code: string, diagnostics: string): Refusal {
  return { status: 400, code, diagnostics };
}
