import { randomBytes } from 'node:crypto';

import { CarryoverError } from '../../schemas/failures.ts';
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
}

/**
 * The authorization link that one member opens (seed, Step 1: `?client_id&state&redirect_uri`, in this order).
 * Throws PROFILE_INVALID where a further parameter has the name of one of the three.
 */
export function buildAuthorizeUrl({
  authorizeUrl,
  clientId,
  redirectUri,
  state,
  extra = {},
}: AuthorizeUrlParts): string {
  const url = new URL(authorizeUrl);
  const own = { client_id: clientId, state, redirect_uri: redirectUri };
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

/**
 * Exchanges an authorization code for tokens, with exactly the form fields of the seed (Step 2). A code is good for one
 * exchange, so this is never repeated by itself, and only `unsent` may be.
 */
export function exchangeCode({ code, ...request }: TokenRequest & { readonly code: string }): Promise<TokenAnswer> {
  return postForm(request, { code, grant_type: 'authorization_code' });
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
