import { CarryoverError } from '../../schemas/failures.ts';

/** True where the text can stand in an Authorization header: `b64token` of RFC 6750, section 2.1. */
export function isBearerToken(text: string): boolean {
  return /^[\w\-.~+/]+=*$/.test(text);
}

/** The Authorization header of a token. Throws TOKEN_INVALID before anything is sent. */
export function authorizationOf(accessToken: string): string {
  if (!isBearerToken(accessToken)) throw new CarryoverError('TOKEN_INVALID');
  return `Bearer ${accessToken}`;
}
