import { createHash, randomBytes } from 'node:crypto';

/** A one-time code verifier: 256 random bits, base64url, 43 characters (RFC 7636, 4.1). */
export function newCodeVerifier(): string {
  return randomBytes(32).toString('base64url');
}

/** The challenge of a code verifier by the method `S256` (RFC 7636, 4.2). */
export function challengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier, 'ascii').digest('base64url');
}
