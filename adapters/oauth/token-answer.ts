import type { UnsentCause } from '../../schemas/ledger-events.ts';
import { isRecord } from '../fhir/is-record.ts';
import type { PostAnswer } from '../http/write-once.ts';
import { isBearerToken } from './bearer-token.ts';

const oauthErrors = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
] as const;

/** The error codes of a token endpoint (RFC 6749, 5.2). */
export type OAuthError = (typeof oauthErrors)[number];

/** What a token endpoint answered. Only `unsent` may be tried again with the same code or refresh token. */
export type TokenAnswer =
  | {
      readonly kind: 'granted';
      readonly accessToken: string;
      readonly expiresInSeconds?: number;
      readonly refreshToken?: string;
      readonly scope?: string;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly error?: OAuthError }
  /** The counterpart does not know this client id and secret. */
  | { readonly kind: 'client-rejected' }
  /** Proved by our client, or the counterpart asked to slow down before it looked at the request (429). */
  | { readonly kind: 'unsent'; readonly cause: UnsentCause; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown' };

/** Reads what became of a token request. Nothing of the body but the tokens and a known error code leaves this function. */
export function readTokenAnswer(answer: PostAnswer): TokenAnswer {
  if (answer.kind === 'unsent') return { kind: 'unsent', cause: answer.cause };
  if (answer.kind === 'lost') return { kind: 'unknown' };
  const { status, headers, text } = answer;
  if (status === 429) {
    const after = headers.retryAfterMs === undefined ? {} : { retryAfterMs: headers.retryAfterMs };
    return { kind: 'unsent', cause: 'throttled', ...after };
  }
  const body = parseObject(text);
  if (status === 200 || status === 201) return readGrant(body);
  if (status < 400 || status >= 500) return { kind: 'unknown' };
  const error = oauthErrors.find((code) => code === body['error']);
  if (error === 'invalid_client' || (status === 401 && error === undefined)) return { kind: 'client-rejected' };
  return { kind: 'refused', status, ...(error === undefined ? {} : { error }) };
}

function readGrant(body: Record<string, unknown>): TokenAnswer {
  const { access_token: accessToken, token_type: tokenType, refresh_token: refreshToken, scope } = body;
  if (typeof accessToken !== 'string' || !isBearerToken(accessToken)) return { kind: 'unknown' };
  if (tokenType !== undefined && !(typeof tokenType === 'string' && /^bearer$/i.test(tokenType)))
    return { kind: 'unknown' };
  const expiresInSeconds = readSeconds(body['expires_in']);
  return {
    kind: 'granted',
    accessToken,
    ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
    ...(typeof refreshToken === 'string' && refreshToken !== '' ? { refreshToken } : {}),
    ...(typeof scope === 'string' ? { scope } : {}),
  };
}

/** `expires_in` is a number by RFC 6749, and a string at some servers. */
function readSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? Math.floor(seconds) : undefined;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
