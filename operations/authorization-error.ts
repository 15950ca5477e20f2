import type { FailureCode } from '../schemas/failures.ts';

/** What an `error` in the redirect means (RFC 6749, 4.1.2.1): the member's no, our request, or anything that may pass. */
export type AuthorizationError = AuthorizationDenial | { readonly kind: 'unavailable' };

/** An error that is the answer to a link. */
export type AuthorizationDenial =
  | { readonly kind: 'denied'; readonly error: string }
  | { readonly kind: 'rejected'; readonly error: string; readonly reason: FailureCode };

const ofRequests = ['invalid_request', 'unauthorized_client', 'unsupported_response_type', 'invalid_scope'];

/** Reads the error. Only `access_denied` is the member's no; one that is not in the specification may pass, and is not repeated. */
export function readAuthorizationError(error: string | undefined): AuthorizationError {
  if (error === 'access_denied') return { kind: 'denied', error };
  if (error !== undefined && ofRequests.includes(error))
    return { kind: 'rejected', error, reason: 'OAUTH_REQUEST_REJECTED' };
  return { kind: 'unavailable' };
}
