import type { FailureCode } from '../schemas/failures.ts';

/** What an `error` in the redirect means (RFC 6749, 4.1.2.1): the member's no, our request, or a server that cannot just now. */
export type AuthorizationError =
  | { readonly kind: 'denied'; readonly error: string }
  | { readonly kind: 'rejected'; readonly error: string; readonly reason: FailureCode }
  | { readonly kind: 'unavailable' };

const ofRequests = ['invalid_request', 'unauthorized_client', 'unsupported_response_type', 'invalid_scope'];
const ofServers = ['server_error', 'temporarily_unavailable'];

/** Reads the error. One that is not in the specification counts as a no, and its text is not repeated. */
export function readAuthorizationError(error: string | undefined): AuthorizationError {
  if (error === undefined) return { kind: 'denied', error: 'other' };
  if (ofServers.includes(error)) return { kind: 'unavailable' };
  if (ofRequests.includes(error)) return { kind: 'rejected', error, reason: 'OAUTH_REQUEST_REJECTED' };
  return { kind: 'denied', error: error === 'access_denied' ? error : 'other' };
}
