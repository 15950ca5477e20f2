import type { HttpPools } from '../http/http-pool.ts';
import type { PostAnswer } from '../http/write-once.ts';
import { writeOnce } from '../http/write-once.ts';
import { authorizationOf } from '../oauth/bearer-token.ts';

export type { PostAnswer } from '../http/write-once.ts';

export interface FhirPost {
  readonly pools: HttpPools;
  /** Such as `https://api.example.com/r4`. */
  readonly fhirBaseUrl: string;
  readonly accessToken: string;
  /** The JSON as it goes over the wire, byte for byte. */
  readonly body: Buffer;
  /** From the call to the end of the answer; shorter than the heartbeat time-out. */
  readonly timeoutMs: number;
}

/**
 * Posts a Bundle to `[base]` ("POST a Bundle to [base]/r4", 1up FHIR server). Never repeated, never aborted but by its time-out.
 * Throws TOKEN_INVALID, PRODUCTION_UNSAFE or PROFILE_INVALID before anything is sent; the network's ends are values.
 */
export function postBundle(post: FhirPost): Promise<PostAnswer> {
  return postTo(basePath(post.fhirBaseUrl), post);
}

/** Posts one resource to `[base]/{type}`. As `postBundle`. */
export function postResource(post: FhirPost & { readonly resourceType: string }): Promise<PostAnswer> {
  return postTo(`${basePath(post.fhirBaseUrl)}/${encodeURIComponent(post.resourceType)}`, post);
}

async function postTo(
  path: string,
  { pools, fhirBaseUrl, accessToken, body, timeoutMs }: FhirPost,
): Promise<PostAnswer> {
  return await writeOnce({
    pool: pools.poolFor(new URL(fhirBaseUrl)),
    path: path === '' ? '/' : path,
    headers: {
      authorization: authorizationOf(accessToken),
      'content-type': 'application/fhir+json',
      accept: 'application/fhir+json',
    },
    body,
    timeoutMs,
  });
}

function basePath(fhirBaseUrl: string): string {
  return new URL(fhirBaseUrl).pathname.replace(/\/+$/, '');
}
