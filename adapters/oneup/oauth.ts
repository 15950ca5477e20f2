import { randomBytes } from 'node:crypto';

import { CarryoverError } from '../../schemas/failures.ts';
import { challengeOf } from '../oauth/pkce.ts';
import { postTokenForm, type TokenEndpoint } from '../oauth/post-token-form.ts';
import type { TokenAnswer } from '../oauth/token-answer.ts';

export type { TokenAnswer } from '../oauth/token-answer.ts';

export interface AuthorizeUrlParts {
  readonly authorizeUrl: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  /** Further parameters of the profile, such as `scope`. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Where the profile asks for PKCE: the link carries its challenge. */
  readonly codeVerifier?: string | undefined;
}

/**
 * The authorization link that one member opens (seed, Step 1: `?client_id&state&redirect_uri`, in this order), then the
 * challenge of PKCE (RFC 7636, 4.3), then what the profile adds. Throws PROFILE_INVALID where a further parameter has the name of
 * one of ours.
 */
export function buildAuthorizeUrl({
  authorizeUrl,
  clientId,
  redirectUri,
  state,
  extra = {},
  codeVerifier,
}: AuthorizeUrlParts): string {
  const url = new URL(authorizeUrl);
  const pkce =
    codeVerifier === undefined
      ? {}
      : { code_challenge: challengeOf(codeVerifier), code_challenge_method: 'S256' as const };
  const own = { client_id: clientId, state, redirect_uri: redirectUri, ...pkce };
  for (const [name, value] of Object.entries(own)) url.searchParams.append(name, value);
  for (const [name, value] of Object.entries(extra)) {
    if (Object.hasOwn(own, name)) {
      throw new CarryoverError('PROFILE_INVALID', `authorize_parameters may not set ${name}.`);
    }
    url.searchParams.append(name, value);
  }
  return url.href;
}

/** A one-time state: 256 random bits, base64url. */
export function newState(): string {
  return randomBytes(32).toString('base64url');
}

interface TokenRequest extends TokenEndpoint {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface CodeRequest extends TokenRequest {
  readonly code: string;
  /** Where the profile says that the exchange repeats it (RFC 6749, 4.1.3). */
  readonly redirectUri?: string | undefined;
  /** Where the link carried its challenge (RFC 7636, 4.5). */
  readonly codeVerifier?: string | undefined;
}

/**
 * Exchanges an authorization code for tokens, with exactly the form fields of the seed (Step 2), and what the profile asks for
 * beyond them. A code is good for one exchange, so this is never repeated by itself, and only `unsent` may be.
 */
export function exchangeCode({ code, redirectUri, codeVerifier, ...request }: CodeRequest): Promise<TokenAnswer> {
  return postForm(request, {
    code,
    grant_type: 'authorization_code',
    ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
    ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
  });
}

/** Uses a refresh token (RFC 6749, 6). It may be good for one use only, so the same care as for a code. */
export function refreshToken({
  refreshToken: token,
  ...request
}: TokenRequest & { readonly refreshToken: string }): Promise<TokenAnswer> {
  return postForm(request, { refresh_token: token, grant_type: 'refresh_token' });
}

function postForm(
  { clientId, clientSecret, ...endpoint }: TokenRequest,
  grant: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  return postTokenForm(endpoint, { client_id: clientId, client_secret: clientSecret, ...grant });
}
