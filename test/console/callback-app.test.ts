import { describe, expect, test } from 'vitest';

import { openEventLog } from '../../adapters/log/event-log.ts';
import { callbackApp } from '../../console/callback-app.ts';
import type { CallbackAccepted, CallbackQuery } from '../../operations/accept-callback.ts';

interface Opened {
  readonly app: ReturnType<typeof callbackApp>;
  readonly taken: CallbackQuery[];
  readonly logged: string[];
}

function openApp(
  answer: CallbackAccepted | Error = { kind: 'authorized' },
  limits = { perSecond: 1, burst: 5 },
): Opened {
  const taken: CallbackQuery[] = [];
  const logged: string[] = [];
  const log = openEventLog({
    format: 'json',
    component: 'console',
    destination: { write: (line: string) => void logged.push(line) },
  });
  const accept = (query: CallbackQuery): Promise<CallbackAccepted> => {
    taken.push(query);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { app: callbackApp({ paths: ['/back'], accept, log, limits, clock: () => 0 }), taken, logged };
}

const url = '/back?code=code-canary&state=state-canary&client_id=client-canary';

describe('the callback page', () => {
  test.each([
    [{ kind: 'authorized' }, 200, 'Thank you'],
    [{ kind: 'denied' }, 200, 'Nothing was shared'],
    [{ kind: 'rejected' }, 200, 'Nothing was shared yet'],
    [{ kind: 'refused', why: 'code-used' }, 410, 'This permission was used already'],
    [{ kind: 'refused', why: 'counterpart-unavailable' }, 503, 'Please try again later'],
    [{ kind: 'refused', why: 'state-used' }, 410, 'This link was used already'],
    [{ kind: 'refused', why: 'state-expired' }, 410, 'This link is too old'],
    [{ kind: 'refused', why: 'state-replaced' }, 410, 'There is a newer link for you'],
    [{ kind: 'refused', why: 'state-unknown' }, 404, 'We do not know this link'],
    [{ kind: 'refused', why: 'state-missing' }, 400, 'Something is missing'],
    [{ kind: 'refused', why: 'code-missing' }, 400, 'Something is missing'],
    [{ kind: 'refused', why: 'client-mismatch' }, 400, 'Something is missing'],
  ] as const)('%o is told in plain words and repeats nothing', async (answer, status, title) => {
    const { app, logged } = openApp(answer);
    const response = await app.request(url);
    const page = await response.text();
    expect(response.status).toBe(status);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain('<html lang="en">');
    expect(page + logged.join('') + JSON.stringify([...response.headers])).not.toContain('canary');
    expect(logged).toHaveLength(1);
  });

  test('a failure of ours asks to come again, and logs its code only', async () => {
    const { app, logged } = openApp(new Error('state-canary'));
    const response = await app.request(url);
    expect(response.status).toBe(503);
    expect(logged.join('')).toContain('UNEXPECTED');
    expect((await response.text()) + logged.join('')).not.toContain('canary');
  });

  test('hands on exactly what the redirect holds', async () => {
    const { app, taken } = openApp();
    await app.request(`${url}&error=access_denied&other=x`);
    expect(taken).toEqual([
      { code: 'code-canary', state: 'state-canary', clientId: 'client-canary', error: 'access_denied' },
    ]);
  });
});

describe('what must not use a link up', () => {
  test.each([
    ['HEAD', {}],
    ['GET', { 'Sec-Purpose': 'prefetch;prerender' }],
    ['GET', { Purpose: 'prefetch' }],
    ['GET', { 'X-Moz': 'prefetch' }],
  ])('%s with %o', async (method, headers) => {
    const { app, taken } = openApp();
    const response = await app.request(url, { method, headers });
    expect(taken).toEqual([]);
    expect(await response.text()).toBe('');
  });

  test.each(['state', 'code', 'client_id', 'error'])('a repeated %s', async (name) => {
    const { app, taken } = openApp();
    expect((await app.request(`${url}&error=x&${name}=again`)).status).toBe(400);
    expect(taken).toEqual([]);
  });

  test('another path or method is 404, a URL beyond 8 kB 414, a body 413', async () => {
    const { app, taken } = openApp();
    expect((await app.request('/')).status).toBe(404);
    expect((await app.request('/back/', {})).status).toBe(404);
    expect((await app.request(url, { method: 'POST' })).status).toBe(404);
    expect((await app.request(`${url}&x=${'x'.repeat(8192)}`)).status).toBe(414);
    const body = 'x'.repeat(2_000);
    expect((await app.request(url, { method: 'POST', body, headers: { 'content-length': '2000' } })).status).toBe(413);
    expect(taken).toEqual([]);
  });

  test('more requests than the limit lets through', async () => {
    const { app, taken } = openApp({ kind: 'authorized' }, { perSecond: 1, burst: 2 });
    const statuses = [];
    for (let request = 0; request < 3; request += 1) statuses.push((await app.request(url)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(taken).toHaveLength(2);
  });
});

test.each([url, '/elsewhere', `${url}&state=again`])('every answer has strict headers: %s', async (path) => {
  const { headers } = await openApp().app.request(path);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toMatch(/style-src 'nonce-[\w+/=-]+'/);
  expect(policy).not.toContain('unsafe');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('the style of a page carries the nonce of its policy', async () => {
  const response = await openApp().app.request(url);
  const nonce = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
  expect(await response.text()).toContain(`<style nonce="${nonce}">`);
});
