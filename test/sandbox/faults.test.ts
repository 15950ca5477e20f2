import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { FaultRule } from '../../sandbox/faults/fault-rule.ts';
import type { JournalRecord } from '../../sandbox/journal.ts';
import {
  HOLDER,
  admin,
  bundleOf,
  codeFor,
  observation,
  post,
  sandboxForTests,
  statusesOf,
  tokenRequest,
  writeToken,
} from './started-sandbox.ts';

const started = sandboxForTests();
let holder = HOLDER;
let token = '';
let members = 0;
beforeEach(async () => {
  members += 1;
  holder = { ...HOLDER, previousMemberId: `prev-${members}` };
  token = await writeToken(started.at, holder);
});
afterEach(() => admin(started.at, 'DELETE', '/faults'));

const order = (...rules: FaultRule[]): Promise<unknown> => admin(started.at, 'PUT', '/faults', rules);
const postBundle = (count = 3): ReturnType<typeof post> =>
  post(started.at, token, '', bundleOf(Array.from({ length: count }, () => observation())));
const storedCount = async (): Promise<number> =>
  (await admin(started.at, 'GET', `/store?previousMemberId=${holder.previousMemberId}`)).length;
const lastRecord = async (): Promise<JournalRecord | undefined> =>
  (await admin<JournalRecord[]>(started.at, 'GET', `/journal?previousMemberId=${holder.previousMemberId}`)).at(-1);

describe('answers in the place of the true one', () => {
  test.each([
    [{ kind: 'status', status: 429, retryAfterSeconds: 7 }, 429, 0],
    [{ kind: 'status', status: 503 }, 503, 0],
    [{ kind: 'status', status: 503, when: 'after-storing' }, 503, 3],
    [{ kind: 'html-page' }, 502, 0],
    [{ kind: 'html-page', status: 200, when: 'after-storing' }, 200, 3],
    [{ kind: 'redirect' }, 307, 0],
  ] as const)('%j is answered with %i, and %i are stored', async (rule, status, count) => {
    await order(rule);
    const { response } = await postBundle();
    expect([response.status, await storedCount()]).toEqual([status, count]);
    const record = await lastRecord();
    expect(record?.faults).toEqual([rule.kind]);
    expect(record?.entries.map((entry) => entry.outcome)).toEqual(Array(3).fill(count === 3 ? 'stored' : 'not-stored'));
  });

  test("Retry-After comes in seconds or as a date of the sandbox's clock", async () => {
    await order({ kind: 'status', status: 429, retryAfterSeconds: 7 });
    expect((await postBundle()).response.headers.get('retry-after')).toBe('7');
    await order({ kind: 'status', status: 429, retryAfterSeconds: 7, retryAfterForm: 'http-date' });
    await admin(started.at, 'PUT', '/clock', { offsetMs: 86_400_000 });
    const { headers } = (await postBundle()).response;
    await admin(started.at, 'PUT', '/clock', { offsetMs: 0 });
    const waitMs = Date.parse(headers.get('retry-after') ?? '') - Date.parse(headers.get('date') ?? '');
    expect(waitMs).toBeGreaterThanOrEqual(6000);
    expect(waitMs).toBeLessThanOrEqual(8000);
  });

  test('an HTML page says so in its content type', async () => {
    await order({ kind: 'html-page', status: 200 });
    expect((await postBundle()).response.headers.get('content-type')).toContain('text/html');
  });
});

describe('lost answers', () => {
  test.each([
    ['reset-before-reading', 0, null],
    ['reset-before-storing', 0, null],
    ['reset-after-storing', 3, 200],
    ['truncated-body', 3, 200],
  ] as const)('%s loses the answer while %i are stored, as the journal says', async (kind, count, status) => {
    await order({ kind });
    await expect(postBundle()).rejects.toThrow(/fetch failed|terminated/);
    expect(await storedCount()).toBe(count);
    const record = await lastRecord();
    expect(record).toMatchObject({ faults: [kind], status });
    expect(record?.entries.filter((entry) => entry.outcome === 'stored')).toHaveLength(count);
  });

  test('the next request on a new connection is answered', async () => {
    await order({ kind: 'reset-after-storing', times: 1 });
    await expect(postBundle()).rejects.toThrow('fetch failed');
    expect((await postBundle()).response.status).toBe(200);
  });

  test('what is held is neither worked on nor answered until the rules are replaced', async () => {
    await order({ kind: 'hold', times: 1 });
    const held = postBundle();
    // Another one is not held, and is answered first.
    while ((await admin<{ hits: number }[]>(started.at, 'GET', '/faults'))[0]?.hits !== 1) await setImmediate();
    expect((await postBundle(2)).response.status).toBe(200);
    expect(await storedCount()).toBe(2);
    await order();
    expect((await held).response.status).toBe(200);
    expect(await storedCount()).toBe(5);
  });

  test('a slow answer comes after the work or before it', async () => {
    await order({ kind: 'slow', delayMs: 30, when: 'after-storing' });
    expect((await postBundle()).response.status).toBe(200);
    await order({ kind: 'slow', delayMs: 30 });
    expect((await postBundle()).response.status).toBe(200);
  });
});

describe('bundle answers that are spoilt', () => {
  test.each([
    [{ kind: 'refuse-entry', positions: [1] }, [200, 422, 200], 2],
    [{ kind: 'refuse-entry', positions: [0, 2], status: 409 }, [409, 200, 409], 1],
    [{ kind: 'throttle-entry', positions: [2] }, [200, 200, 429], 2],
    [{ kind: 'wrong-count' }, [200, 200], 3],
    [{ kind: 'wrong-count', difference: 1 }, [200, 200, 200, 200], 3],
  ] as const)('%j answers %j, and %i are stored', async (rule, statuses, count) => {
    await order(rule);
    const { response, json } = await postBundle();
    expect([response.status, statusesOf(json), await storedCount()]).toEqual([200, statuses, count]);
  });

  test('reordered entries come in another order than they were posted', async () => {
    await order({ kind: 'reordered-entries' });
    const ids = [1, 2, 3].map((number) => `order-${members}-${number}`);
    const { json } = await post(started.at, token, '', bundleOf(ids.map((id) => observation(id))));
    const locations = (json['entry'] as { response: { location: string } }[]).map((entry) => entry.response.location);
    expect(locations).toEqual(ids.toReversed().map((id) => `Observation/${id}/_history/1`));
  });
});

describe('which requests a rule is for', () => {
  test("the token of one member expires after that member's second bundle, and a new one goes on", async () => {
    await order({ kind: 'expire-token', route: 'POST /r4', previousMemberId: holder.previousMemberId, ordinals: [2] });
    const other = await writeToken(started.at);
    await post(started.at, other, '', bundleOf([observation()]));
    const statuses: number[] = [];
    for (let bundle = 0; bundle < 3; bundle += 1) statuses.push((await postBundle()).response.status);
    expect(statuses).toEqual([200, 200, 401]);
    expect((await post(started.at, other, '', bundleOf([observation()]))).response.status).toBe(200);
    token = await writeToken(started.at, holder);
    expect((await postBundle()).response.status).toBe(200);
  });

  test('ordinals and times count the requests that fit route and member; hit counts can be read', async () => {
    await order(
      { kind: 'status', status: 503, route: 'POST /r4', ordinals: [2] },
      { kind: 'status', status: 429, route: 'POST /r4/Observation', times: 1 },
    );
    const bundles = [(await postBundle()).response.status, (await postBundle()).response.status];
    const singles: number[] = [];
    for (let number = 0; number < 2; number += 1) {
      singles.push((await post(started.at, token, '/Observation', observation())).response.status);
    }
    expect([bundles, singles]).toEqual([
      [200, 503],
      [429, 200],
    ]);
    const counts = await admin(started.at, 'GET', '/faults');
    expect(counts.map(({ seen, hits }) => ({ seen, hits }))).toEqual([
      { seen: 2, hits: 1 },
      { seen: 2, hits: 1 },
    ]);
  });

  test('the token endpoint can lose its answer: the code is spent all the same', async () => {
    const code = await codeFor(started.at);
    await order({ kind: 'reset-after-storing', route: 'POST /oauth2/token', times: 1 });
    const fields = { grant_type: 'authorization_code', code };
    await expect(tokenRequest(started.at, fields)).rejects.toThrow('fetch failed');
    expect((await tokenRequest(started.at, fields)).json['error']).toBe('invalid_grant');
  });
});

test.each([
  [[{ kind: 'nonsense' }], 'kind'],
  [[{ kind: 'slow', delay: 5 }], 'delay'],
  [[{ kind: 'status', ordinals: [0] }], 'ordinals'],
  [[{ route: 'POST /r4' }], 'kind'],
])('a wrong rule is refused and named: %j', async (rules, field) => {
  await expect(admin(started.at, 'PUT', '/faults', rules)).rejects.toThrow(`\\"${field}\\"`);
});
