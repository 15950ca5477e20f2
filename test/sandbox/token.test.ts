import { afterEach, describe, expect, test } from 'vitest';

import { walkAuthorization } from '../../sandbox/walk-authorization.ts';
import { admin, authorizeLink, codeFor, get, MAYTE, sandboxForTests, tokenRequest } from './started-sandbox.ts';

const started = sandboxForTests();
const CODE = { grant_type: 'authorization_code' };

afterEach(async () => {
  await admin(started.at, 'PUT', '/clock', { offsetMs: 0 });
  const defaults = {
    expiresInForm: 'number',
    refreshToken: 'issued',
    codeReuse: 'revokes-tokens',
    accessTokenLifetimeSeconds: 7200,
    pkce: 'ignored',
  };
  await admin(started.at, 'PUT', '/switches', defaults);
});

test('a code is exchanged for a Bearer token with expires_in, refresh token and scope', async () => {
  const { status, json } = await tokenRequest(started.at, { ...CODE, code: await codeFor(started.at) });
  expect(status).toBe(200);
  expect(json).toEqual({
    access_token: expect.any(String) as string,
    token_type: 'Bearer',
    expires_in: 7200,
    refresh_token: expect.any(String) as string,
    scope: 'user/*.*',
  });
});

test('a code dies after five minutes', async () => {
  const code = await codeFor(started.at);
  await admin(started.at, 'PUT', '/clock', { advanceMs: 300_000 });
  const { status, json } = await tokenRequest(started.at, { ...CODE, code });
  expect([status, json['error']]).toEqual([400, 'invalid_grant']);
});

test('it tells of each code whose it is, until when it lives and when it was exchanged', async () => {
  const code = await codeFor(started.at);
  await admin(started.at, 'PUT', '/clock', { advanceMs: 120_000 });
  const fate = async () => (await admin(started.at, 'GET', '/codes')).at(-1);
  expect(await fate()).toEqual({ previousMemberId: '01-testmemid', expiresAtMs: expect.any(Number) as number });
  await tokenRequest(started.at, { ...CODE, code });
  const { expiresAtMs, exchangedAtMs } = (await fate()) ?? {};
  const leftMs = Number(expiresAtMs) - Number(exchangedAtMs);
  expect(leftMs).toBeLessThanOrEqual(180_000);
  expect(leftMs).toBeGreaterThan(120_000);
});

test('a code is still good just before five minutes are over', async () => {
  const code = await codeFor(started.at);
  await admin(started.at, 'PUT', '/clock', { advanceMs: 290_000 });
  expect((await tokenRequest(started.at, { ...CODE, code })).status).toBe(200);
});

describe('a code that is used twice', () => {
  test.each([
    ['revokes-tokens', 401],
    ['refused-only', 200],
  ])('is refused; with %s the first token then answers %i', async (codeReuse, later) => {
    await admin(started.at, 'PUT', '/switches', { codeReuse });
    const code = await codeFor(started.at);
    const first = await tokenRequest(started.at, { ...CODE, code });
    const second = await tokenRequest(started.at, { ...CODE, code });
    expect([second.status, second.json['error']]).toEqual([400, 'invalid_grant']);
    const { response } = await get(started.at, String(first.json['access_token']), '/Patient');
    expect(response.status).toBe(later);
    const findings = await admin(started.at, 'GET', '/findings?previousMemberId=01-testmemid');
    expect(findings.map((finding) => finding['kind'])).toContain('code-used-twice');
  });
});

test('a fault answers with an error of OAuth, and the code stays good', async () => {
  const rule = { kind: 'oauth-error', status: 401, error: 'invalid_client', route: 'POST /oauth2/token', times: 1 };
  await admin(started.at, 'PUT', '/faults', [rule]);
  const code = await codeFor(started.at);
  const { status, json } = await tokenRequest(started.at, { ...CODE, code });
  expect([status, json['error']]).toEqual([401, 'invalid_client']);
  expect((await tokenRequest(started.at, { ...CODE, code })).status).toBe(200);
  await admin(started.at, 'PUT', '/faults', []);
});

describe('PKCE', () => {
  // RFC 7636, appendix B
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const request = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
  const redirected = async (more: Record<string, string>): Promise<URLSearchParams> => {
    const walk = { authorizeUrl: authorizeLink(started.at, more), email: 'mayte@example.org', member: MAYTE };
    return new URL((await walkAuthorization(walk)).redirectedTo).searchParams;
  };

  test.each(['supported', 'required'])('%s: a code is good only with the verifier of its challenge', async (pkce) => {
    await admin(started.at, 'PUT', '/switches', { pkce });
    const code = (await redirected(request)).get('code') ?? '';
    for (const wrong of [{}, { code_verifier: 'x'.repeat(43) }]) {
      const { status, json } = await tokenRequest(started.at, { ...CODE, code, ...wrong });
      expect([status, json['error']]).toEqual([400, 'invalid_grant']);
    }
    expect((await tokenRequest(started.at, { ...CODE, code, code_verifier: verifier })).status).toBe(200);
    const findings = await admin(started.at, 'GET', '/findings');
    expect(findings.map((finding) => finding['kind'])).toContain('code-verifier-wrong');
  });

  test.each([
    ['required', {}, 'invalid_request'],
    ['required', { ...request, code_challenge_method: 'plain' }, 'invalid_request'],
    ['supported', { ...request, code_challenge: 'short' }, 'invalid_request'],
    ['supported', {}, null],
    ['ignored', { ...request, code_challenge_method: 'plain' }, null],
  ])('%s: a request with %o comes back with the error %s', async (pkce, more, error) => {
    await admin(started.at, 'PUT', '/switches', { pkce });
    expect((await redirected(more)).get('error')).toBe(error);
  });
});

test.each([
  ['a wrong secret', { ...CODE, code: 'x', client_secret: 'no' }, 401, 'invalid_client'],
  ['an unknown client', { ...CODE, code: 'x', client_id: 'no' }, 401, 'invalid_client'],
  ['an unknown code', { ...CODE, code: 'x' }, 400, 'invalid_grant'],
  ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
])('%s is refused as OAuth says', async (_name, fields, status, error) => {
  const answer = await tokenRequest(started.at, fields);
  expect(answer).toEqual({ status, json: { error, error_description: expect.any(String) as string } });
});

test('a refresh token works once and is replaced by a new one', async () => {
  const first = await tokenRequest(started.at, { ...CODE, code: await codeFor(started.at) });
  const refresh = { grant_type: 'refresh_token', refresh_token: String(first.json['refresh_token']) };
  const second = await tokenRequest(started.at, refresh);
  expect(second.status).toBe(200);
  expect(second.json['refresh_token']).not.toBe(refresh.refresh_token);
  const again = await tokenRequest(started.at, refresh);
  expect([again.status, again.json['error']]).toEqual([400, 'invalid_grant']);
});

test('the switches change the form of expires_in, the lifetime and whether a refresh token is issued', async () => {
  const switches = { expiresInForm: 'string', refreshToken: 'absent', accessTokenLifetimeSeconds: 3599 };
  await admin(started.at, 'PUT', '/switches', switches);
  const { json } = await tokenRequest(started.at, { ...CODE, code: await codeFor(started.at) });
  expect(json['expires_in']).toBe('3599');
  expect(json).not.toHaveProperty('refresh_token');
});

test('an access token ends with its lifetime', async () => {
  const { json } = await tokenRequest(started.at, { ...CODE, code: await codeFor(started.at) });
  await admin(started.at, 'PUT', '/clock', { advanceMs: 7_200_000 });
  expect((await get(started.at, String(json['access_token']), '/Patient')).response.status).toBe(401);
});
