import { afterEach, describe, expect, test } from 'vitest';

import { openHttpPools } from '../../../adapters/http/http-pool.ts';
import { newCodeVerifier } from '../../../adapters/oauth/pkce.ts';
import { buildAuthorizeUrl, exchangeCode, newState, refreshToken } from '../../../adapters/oneup/oauth.ts';
import { json, openHttpServer } from '../http/support/http-server.ts';
import { httpAnswer, openRawServer } from '../http/support/raw-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function request(tokenUrl: string) {
  const pools = openHttpPools({ connections: 2, environment: 'sandbox' });
  closers.push(() => pools.close());
  return { pools, tokenUrl, clientId: 'client 1', clientSecret: 's&cret', timeoutMs: 2_000 };
}

async function exchangeAnswered(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  more: object = {},
) {
  const server = await openHttpServer((_, response) => json(response, status, body, headers));
  closers.push(() => server.close());
  const answer = await exchangeCode({ ...request(`${server.origin}/oauth2/token`), code: 'c+d e', ...more });
  return { answer, seen: server.seen };
}

describe('the authorization link', () => {
  test('has the parameters of the seed in their order, then those of the profile', () => {
    const url = buildAuthorizeUrl({
      authorizeUrl: 'https://auth.example.com/oauth2/authorize/payer2payer',
      clientId: 'abc',
      redirectUri: 'https://plan.example/callback?x=1',
      state: 's-1',
      extra: { scope: 'user/*.read' },
    });
    expect(url).toBe(
      'https://auth.example.com/oauth2/authorize/payer2payer' +
        '?client_id=abc&state=s-1&redirect_uri=https%3A%2F%2Fplan.example%2Fcallback%3Fx%3D1&scope=user%2F*.read',
    );
  });

  test('does not let a parameter of the profile take the place of the state', () => {
    const parts = { authorizeUrl: 'https://a.example/x', clientId: 'c', redirectUri: 'https://b.example', state: 's' };
    expect(() => buildAuthorizeUrl({ ...parts, extra: { state: 'mine' } })).toThrow(/PROFILE_INVALID/);
  });

  test('carries a state, and with PKCE a verifier, of 256 bits that is new every time', () => {
    const random = [...Array.from({ length: 100 }, newState), ...Array.from({ length: 100 }, newCodeVerifier)];
    expect(new Set(random).size).toBe(200);
    for (const one of random) expect(one).toMatch(/^[\w-]{43}$/);
  });

  test('shows of a code verifier only its challenge: the example of RFC 7636, appendix B', () => {
    const parts = { authorizeUrl: 'https://a.example/x', clientId: 'c', redirectUri: 'https://b.example', state: 's' };
    const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const { searchParams } = new URL(buildAuthorizeUrl({ ...parts, codeVerifier }));
    expect(searchParams.get('code_challenge')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.toString()).not.toContain(codeVerifier);
    const extra = { code_challenge: 'mine' };
    expect(() => buildAuthorizeUrl({ ...parts, codeVerifier, extra })).toThrow(/PROFILE_INVALID/);
  });
});

describe('the exchange of a code', () => {
  test('posts exactly the form of the seed and takes the tokens', async () => {
    const granted = {
      access_token: 'at.1',
      token_type: 'Bearer',
      expires_in: 3599,
      refresh_token: 'rt.1',
      scope: 'user/*.read',
    };
    const { answer, seen } = await exchangeAnswered(200, granted);
    expect(answer).toEqual({
      kind: 'granted',
      accessToken: 'at.1',
      expiresInSeconds: 3599,
      refreshToken: 'rt.1',
      scope: 'user/*.read',
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/oauth2/token',
      body: 'client_id=client+1&client_secret=s%26cret&code=c%2Bd+e&grant_type=authorization_code',
    });
    expect(seen[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  test('has the redirect URI and the code verifier in it where the profile asks for them', async () => {
    const more = { redirectUri: 'https://plan.example/callback', codeVerifier: 'v'.repeat(43) };
    const { seen } = await exchangeAnswered(200, { access_token: 'at.1' }, {}, more);
    const form = new URLSearchParams(seen[0]?.body);
    expect([form.get('redirect_uri'), form.get('code_verifier')]).toEqual([more.redirectUri, more.codeVerifier]);
  });

  test.each([
    ['a number', 7200, 7200],
    ['a string', '7200', 7200],
    ['a fraction', 59.9, 59],
    ['words', 'two hours', undefined],
    ['negative', -5, undefined],
  ])('reads an expires_in that is %s', async (_, expires, seconds) => {
    const { answer } = await exchangeAnswered(200, { access_token: 'a', expires_in: expires });
    expect(answer).toEqual({
      kind: 'granted',
      accessToken: 'a',
      ...(seconds === undefined ? {} : { expiresInSeconds: seconds }),
    });
  });

  test('is refused with the error code of OAuth', async () => {
    const { answer } = await exchangeAnswered(400, { error: 'invalid_grant', error_description: 'Jane Doe' });
    expect(answer).toEqual({ kind: 'refused', status: 400, error: 'invalid_grant' });
  });

  test('keeps nothing of a refusal that is not a code of OAuth', async () => {
    const { answer } = await exchangeAnswered(404, { error: 'no such member: Jane Doe', success: false });
    expect(answer).toEqual({ kind: 'refused', status: 404 });
  });

  test.each([
    [401, { error: 'invalid_client' }],
    [400, { error: 'invalid_client' }],
    [401, '<html>'],
  ])('tells that the client is rejected (%i)', async (status, body) => {
    expect((await exchangeAnswered(status, body)).answer).toEqual({ kind: 'client-rejected' });
  });

  test('may be repeated after a 429', async () => {
    const { answer } = await exchangeAnswered(429, '', { 'retry-after': '3' });
    expect(answer).toEqual({ kind: 'unsent', cause: 'throttled', retryAfterMs: 3_000 });
  });

  test.each([
    [500, ''],
    [503, ''],
    [302, ''],
    [200, '<html>Sign in</html>'],
    [200, { access_token: '' }],
    [200, { access_token: 'with space' }],
    [200, { access_token: 'a', token_type: 'mac' }],
  ])('is unknown after %i %o', async (status, body) => {
    expect((await exchangeAnswered(status, body)).answer).toEqual({ kind: 'unknown' });
  });

  test('is unknown when the answer is cut off, and is not sent again', async () => {
    const server = await openRawServer({
      onData: ({ socket }) => void socket.end(httpAnswer(200, '{"access_token":"a"', { 'content-length': '900' })),
    });
    closers.push(() => server.close());
    expect(await exchangeCode({ ...request(server.origin), code: 'c' })).toEqual({ kind: 'unknown' });
    expect(server.connections).toHaveLength(1);
  });

  test('is proved unsent when nobody listens', async () => {
    const server = await openRawServer({});
    await server.close();
    expect(await exchangeCode({ ...request(server.origin), code: 'c' })).toEqual({
      kind: 'unsent',
      cause: 'not-connected',
    });
  });
});

test('a refresh posts the refresh token with the same care', async () => {
  const server = await openHttpServer((_, response) => json(response, 200, { access_token: 'new', expires_in: '60' }));
  closers.push(() => server.close());
  const answer = await refreshToken({ ...request(`${server.origin}/token`), refreshToken: 'rt' });
  expect(answer).toEqual({ kind: 'granted', accessToken: 'new', expiresInSeconds: 60 });
  expect(server.seen[0]?.body).toBe(
    'client_id=client+1&client_secret=s%26cret&refresh_token=rt&grant_type=refresh_token',
  );
});
