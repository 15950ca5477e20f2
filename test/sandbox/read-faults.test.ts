import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { FaultRule } from '../../sandbox/faults/fault-rule.ts';
import type { JournalRecord } from '../../sandbox/journal.ts';
import { walkAuthorization } from '../../sandbox/walk-authorization.ts';
import {
  admin,
  authorizeLink,
  codeFor,
  get,
  MAYTE,
  readToken,
  sandboxForTests,
  tokenRequest,
} from './started-sandbox.ts';

const started = sandboxForTests();
let token = '';
beforeEach(async () => {
  token = await readToken(started.at);
});
afterEach(() => admin(started.at, 'DELETE', '/faults'));

const order = (...rules: FaultRule[]): Promise<unknown> => admin(started.at, 'PUT', '/faults', rules);
const search = (pathOrUrl = '/Observation?_count=5') => get(started.at, token, pathOrUrl);
const journal = () => admin<JournalRecord[]>(started.at, 'GET', `/journal?previousMemberId=${MAYTE.memberId}`);

interface Page {
  readonly total: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry: readonly { readonly resource: { readonly id: string } }[];
}
const pageOf = (text: string): Page => JSON.parse(text) as Page;
const idsOf = ({ entry }: Page): readonly string[] => entry.map(({ resource }) => resource.id);
const nextOf = ({ link }: Page): string => link.find(({ relation }) => relation === 'next')?.url ?? '';

describe('bodies that are spoilt on the way', () => {
  test('half a JSON text comes in an answer that is whole for HTTP', async () => {
    const { text: whole } = await search();
    await order({ kind: 'half-json' });
    const url = `${started.at.fhirBaseUrl}/Observation?_count=5`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect([response.status, await response.text()]).toEqual([200, whole.slice(0, Math.floor(whole.length / 2))]);
  });

  test('gzip comes unasked, and broken gzip cannot be unfolded', async () => {
    const { text: whole } = await search();
    await order({ kind: 'gzip' });
    const { response, text } = await search();
    expect([response.headers.get('content-encoding'), text]).toEqual(['gzip', whole]);
    await order({ kind: 'broken-gzip' });
    await expect(search()).rejects.toThrow(/./);
  });

  test('a slow body comes whole in the end', async () => {
    const { text: whole } = await search();
    await order({ kind: 'slow-body', delayMs: 30 });
    expect((await search()).text).toBe(whole);
  });
});

describe('pages that lead astray', () => {
  test.each(['repeated-page', 'empty-page'] as const)(
    'after a %s the pages go on, and nothing is missing',
    async (kind) => {
      const [first, second] = [
        pageOf((await search()).text),
        pageOf((await search('/Observation?_count=5&_offset=5')).text),
      ];
      await order({ kind, ordinals: [1] });
      const spoilt = pageOf((await search()).text);
      const again = pageOf((await search(nextOf(spoilt))).text);
      const after = pageOf((await search(nextOf(again))).text);
      expect(idsOf(spoilt)).toEqual(kind === 'empty-page' ? [] : idsOf(first));
      expect([idsOf(again), idsOf(after)]).toEqual([idsOf(first), idsOf(second)]);
    },
  );

  test('a next link leads back to the first page', async () => {
    const first = pageOf((await search()).text);
    await order({ kind: 'next-link-to-first' });
    const second = pageOf((await search(nextOf(first))).text);
    expect(idsOf(pageOf((await search(nextOf(second))).text))).toEqual(idsOf(first));
  });

  test('a page has less than its total says', async () => {
    const { total, entry } = pageOf((await search('/Observation')).text);
    await order({ kind: 'wrong-count', difference: -2 });
    const spoilt = pageOf((await search('/Observation')).text);
    expect([spoilt.total, spoilt.entry.length]).toEqual([total, entry.length - 2]);
  });

  test('another resource comes than the one that was asked for', async () => {
    await order({ kind: 'another-resource' });
    const { json } = await get(started.at, token, '/Practitioner/demo-clinic-practitioner');
    expect(json['id']).not.toBe('demo-clinic-practitioner');
  });
});

test('the journal says what was given, by content, also where the answer was lost', async () => {
  const given = async () => (await journal()).at(-1)?.entries.map(({ callerId, outcome }) => [callerId, outcome]);
  const ids = idsOf(pageOf((await search()).text));
  expect(await given()).toEqual(ids.map((id) => [id, 'given']));
  await order({ kind: 'reset-after-storing' });
  await expect(search()).rejects.toThrow('fetch failed');
  expect(await given()).toHaveLength(ids.length);
  await order({ kind: 'status', status: 503 });
  await search();
  expect(await given()).toEqual([]);
});

test('a rule for one member meets the exchange and the refresh of that member only', async () => {
  const { memberId: previousMemberId } = MAYTE;
  await order({ kind: 'status', status: 503, route: 'POST /oauth2/token', previousMemberId, ordinals: [2] });
  const code = await codeFor(started.at);
  const exchanged = await tokenRequest(started.at, { grant_type: 'authorization_code', code });
  const refreshToken = String(exchanged.json['refresh_token']);
  const refresh = { grant_type: 'refresh_token', refresh_token: refreshToken };
  expect([exchanged.status, (await tokenRequest(started.at, refresh)).status]).toEqual([200, 503]);
  expect((await journal()).at(-1)).toMatchObject({ route: '/oauth2/token', status: 503 });
  await order({ kind: 'status', status: 503, previousMemberId: 'somebody-else' });
  expect((await tokenRequest(started.at, refresh)).status).toBe(200);
});

describe('the way back from the authorization page', () => {
  const walk = async (): Promise<Readonly<Record<string, string>>> => {
    const link = { authorizeUrl: authorizeLink(started.at), email: 'mayte@example.org', member: MAYTE };
    return Object.fromEntries(new URL((await walkAuthorization(link)).redirectedTo).searchParams);
  };

  test.each([
    [{ spoil: 'error' }, { error: 'server_error', state: 's 1&2', client_id: 'test-app' }],
    [
      { spoil: 'error', error: 'access_denied' },
      { error: 'access_denied', state: 's 1&2', client_id: 'test-app' },
    ],
    [{ spoil: 'no-code' }, { state: 's 1&2', client_id: 'test-app' }],
    [{ spoil: 'no-state' }, { code: expect.any(String) as string, client_id: 'test-app' }],
    [{ spoil: 'other-state' }, { code: expect.any(String) as string, state: 's 1&2x', client_id: 'test-app' }],
    [{ spoil: 'other-client' }, { code: expect.any(String) as string, state: 's 1&2', client_id: 'another-client' }],
  ] as const)('%j', async (spoilt, query) => {
    await order({ kind: 'spoilt-redirect', ...spoilt });
    expect(await walk()).toEqual(query);
  });

  test('the page itself can break, and issues no code then', async () => {
    await order({ kind: 'status', status: 503, route: 'POST /oauth2/authorize/payer2payer/member', times: 1 });
    await expect(walk()).rejects.toThrow('503');
    await order({ kind: 'reset-before-reading', route: 'POST /oauth2/authorize/payer2payer/member', times: 1 });
    await expect(walk()).rejects.toThrow('fetch failed');
    expect(await walk()).toHaveProperty('code');
  });
});
