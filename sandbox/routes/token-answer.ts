import type { RegisteredClient } from '../authorization/client-registry.ts';
import type { IssuedTokens } from '../authorization/grants.ts';
import { fingerprintOf } from '../tokens.ts';
import type { World } from '../world.ts';
import type { Answer, Visit } from './visit.ts';

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/** POST /oauth2/token (seed, Step 2): form fields client_id, client_secret, code, grant_type. */
export function tokenAnswer(world: World, visit: Visit): Answer {
  if (!visit.contentType.startsWith('application/x-www-form-urlencoded')) {
    return refusal(400, 'invalid_request', 'the body must be application/x-www-form-urlencoded');
  }
  const form = new URLSearchParams(visit.body);
  const client = world.clients.find(form.get('client_id') ?? '');
  if (client === undefined || !secretFits(client, form.get('client_secret') ?? '')) {
    return refusal(401, 'invalid_client', 'client_id or client_secret is wrong');
  }
  switch (form.get('grant_type') ?? '') {
    case 'authorization_code':
      return codeAnswer(world, client, form);
    // A refresh grant exists on the same endpoint (domain.md 1.1).
    case 'refresh_token':
      return issued(world, world.grants.exchangeRefreshToken(client.clientId, form.get('refresh_token') ?? ''));
    default:
      return refusal(400, 'unsupported_grant_type', 'grant_type must be authorization_code or refresh_token');
  }
}

/** Whose grant a token request names. */
export function memberOfForm(world: World, form: URLSearchParams): string | undefined {
  return world.grants.memberOf({ code: form.get('code'), refreshToken: form.get('refresh_token') });
}

/** RFC 7636 4.6: a code that came with a challenge is good only with its verifier. */
function codeAnswer(world: World, { clientId }: RegisteredClient, form: URLSearchParams): Answer {
  const code = form.get('code') ?? '';
  if (!world.challenges.fits(code, form.get('code_verifier') ?? '')) {
    world.findings.note('code-verifier-wrong', null);
    return issued(world, undefined);
  }
  return issued(world, world.grants.exchangeCode(clientId, code));
}

function secretFits(client: RegisteredClient, secret: string): boolean {
  return fingerprintOf(client.clientSecret) === fingerprintOf(secret);
}

function issued(world: World, tokens: IssuedTokens | undefined): Answer {
  if (tokens === undefined) return refusal(400, 'invalid_grant', 'the grant is unknown, expired or was used before');
  const { accessTokenLifetimeSeconds: seconds, expiresInForm } = world.switches.values;
  // access_token, token_type "Bearer", expires_in, refresh_token, scope "user/*.*" (domain.md 1.1)
  const body = {
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: expiresInForm === 'string' ? String(seconds) : seconds,
    ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
    scope: 'user/*.*',
  };
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(body), previousMemberId: tokens.memberId };
}

/** OAuth's error shape (RFC 6749 5.2); 1up publishes none (domain.md 1.1). */
function refusal(status: number, error: string, description: string): Answer {
  return { status, headers: JSON_HEADERS, body: JSON.stringify({ error, error_description: description }) };
}
