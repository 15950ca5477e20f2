import { describe, expect, test } from 'vitest';

import { walkAuthorization } from '../../sandbox/walk-authorization.ts';
import { CLIENT, MAYTE, admin, authorizeLink, sandboxForTests } from './started-sandbox.ts';

const started = sandboxForTests();

const SEED_MEMBERS = [
  MAYTE,
  {
    firstName: 'Sherie778',
    lastName: 'Fahey393',
    birthDate: '04/29/1974',
    memberId: '02-testmemid',
    postalCode: '01810',
  },
  {
    firstName: 'Delmar187',
    lastName: 'Tromp100',
    birthDate: '05/15/1961',
    memberId: '03-testmemid',
    postalCode: '02109',
  },
  { firstName: 'George', lastName: 'Bluth', birthDate: '01/01/1943', memberId: '04-testmemid', postalCode: '15239' },
];

test.each(SEED_MEMBERS)(
  'member $memberId of the seed walks the pages to a redirect with code, state and client id',
  async (member) => {
    const email = `${member.memberId}@example.org`;
    const { redirectedTo } = await walkAuthorization({ authorizeUrl: authorizeLink(started.at), email, member });
    const url = new URL(redirectedTo);
    expect(`${url.origin}${url.pathname}`).toBe('http://localhost:9/callback');
    expect(url.searchParams.get('state')).toBe('s 1&2');
    expect(url.searchParams.get('client_id')).toBe(CLIENT.clientId);
    expect(url.searchParams.get('code')).toMatch(/^[\w-]{40,}$/);
  },
);

test('a query that the registered redirect URI has of its own is kept', async () => {
  const authorizeUrl = authorizeLink(started.at, { redirect_uri: 'http://127.0.0.1:9/other?kept=1' });
  const { redirectedTo } = await walkAuthorization({ authorizeUrl, email: '01-testmemid@example.org', member: MAYTE });
  expect(new URL(redirectedTo).searchParams.get('kept')).toBe('1');
});

test('the deny button redirects with error=access_denied and the state, without a code', async () => {
  const walk = { authorizeUrl: authorizeLink(started.at), email: 'deny@example.org', member: MAYTE, decision: 'deny' };
  const { redirectedTo } = await walkAuthorization(walk as Parameters<typeof walkAuthorization>[0]);
  const { searchParams } = new URL(redirectedTo);
  expect(Object.fromEntries(searchParams)).toEqual({ error: 'access_denied', state: 's 1&2' });
});

test.each(['firstName', 'lastName', 'birthDate', 'memberId', 'postalCode'] as const)(
  'a wrong %s is answered with a page that shows an error',
  async (field) => {
    const member = { ...MAYTE, [field]: 'wrong' };
    const walk = walkAuthorization({ authorizeUrl: authorizeLink(started.at), email: 'wrong@example.org', member });
    await expect(walk).rejects.toThrow('problem (422)');
  },
);

test('an e-mail address that is assigned to one member is refused for another', async () => {
  const authorizeUrl = authorizeLink(started.at);
  await walkAuthorization({ authorizeUrl, email: 'shared@example.org', member: MAYTE });
  const [, sherie] = SEED_MEMBERS;
  const second = walkAuthorization({ authorizeUrl, email: 'SHARED@example.org', member: sherie ?? MAYTE });
  await expect(second).rejects.toThrow('problem (409)');
});

describe('requests that must not be redirected', () => {
  test.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect URI that is not registered', { redirect_uri: 'http://localhost:9/callback/' }],
    ['a redirect URI that only starts like a registered one', { redirect_uri: 'http://localhost:9/callback?x=1' }],
  ])('%s gets an error page', async (_name, parameters) => {
    const response = await fetch(authorizeLink(started.at, parameters), { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  test('a production client may not use localhost', async () => {
    await admin(started.at, 'POST', '/clients', [{ ...CLIENT, clientId: 'prod-app', environment: 'production' }]);
    const response = await fetch(authorizeLink(started.at, { client_id: 'prod-app' }), { redirect: 'manual' });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('localhost')]);
  });
});

test('HTML in a parameter is escaped on the page', async () => {
  const page = await (await fetch(authorizeLink(started.at, { state: '"><script>alert(1)</script>' }))).text();
  expect(page).not.toContain('<script>');
  expect(page).toContain('&lt;script&gt;');
});

test('a bearer token that is shown to the authorization server is a finding', async () => {
  await fetch(authorizeLink(started.at), { headers: { authorization: 'Bearer abc' } });
  const findings = await admin(started.at, 'GET', '/findings');
  expect(findings.map((finding) => finding['kind'])).toContain('token-on-wrong-origin');
});
