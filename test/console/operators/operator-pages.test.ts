import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openDataDir, type DataDir } from '../../../adapters/data-dir/open-data-dir.ts';
import { startOperatorPages, type OperatorPages } from '../../../console/operators/start-operator-pages.ts';
import type { BatchId, TransferId } from '../../../schemas/ids.ts';
import { issueLink, recordBatch } from '../../cli/recorded-batch.ts';
import { newWorkplace, type Workplace } from '../../cli/run-carryover.ts';

let place: Workplace;
let dataDir: DataDir;
let pages: OperatorPages;
let batchId: BatchId;
let transferIds: readonly TransferId[];
let logged: string[];
let nowMs: number;

beforeEach(async () => {
  place = await newWorkplace();
  ({ batchId, transferIds } = await recordBatch(place.dataDir, 'receive', [[], []]));
  dataDir = await openDataDir(place.dataDir);
  logged = [];
  nowMs = Date.now();
  for (const transferId of transferIds) await issueLink(dataDir, transferId, `state-of-${transferId}`, nowMs + 60_000);
  pages = await start('127.0.0.1:0');
});
afterEach(async () => {
  await pages.stop();
  await dataDir.close();
  await place.remove();
});

function start(listen: string, yesProduction = false): Promise<OperatorPages> {
  return startOperatorPages({
    root: place.dataDir,
    listen,
    yesProduction,
    operator: () => ({ ...dataDir, actor: 'somebody', clock: () => nowMs, temporal: undefined }),
    clock: () => nowMs,
    log: { event: (name, fields) => void logged.push(JSON.stringify([name, fields])) },
  });
}

async function keyInFile(): Promise<string> {
  return new URL((await readFile(pages.signInFile, 'utf8')).trim()).searchParams.get('key') ?? '';
}

async function signIn(key: string): Promise<Response> {
  return post('/sign-in', '', { key });
}

function post(path: string, cookie: string, body: Readonly<Record<string, string>> = {}, origin = pages.url) {
  return fetch(`${pages.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin },
    body: new URLSearchParams(body),
  });
}

async function session(): Promise<string> {
  return (await signIn(await keyInFile())).headers.get('set-cookie')?.split(';')[0] ?? '';
}

const get = (path: string, cookie = ''): Promise<Response> => fetch(`${pages.url}${path}`, { headers: { cookie } });

describe('the sign-in', () => {
  test('is by a key that lies in a file of the operator, works once, and is in no log', async () => {
    expect((await stat(pages.signInFile)).mode & 0o777).toBe(0o600);
    const key = await keyInFile();
    expect(await (await get(`/sign-in?key=${key}`)).text()).toContain(key);
    const both = await Promise.all([signIn(key), signIn(key)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([303, 403]);
    const cookie = both.map((answer) => answer.headers.get('set-cookie')).find((one) => one !== null);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(await keyInFile()).not.toBe(key);
    expect((await get('/', cookie?.split(';')[0])).status).toBe(200);
    expect(logged.join('')).not.toContain(key);
    expect(logged.join('')).toContain('operator-signed-in');
  });

  test('is needed for every page, ends after twelve hours, and by signing out', async () => {
    const paths = ['/', `/batches/${batchId}`, '/elsewhere'];
    expect(await Promise.all(paths.map(async (path) => (await get(path)).status))).toEqual([401, 401, 401]);
    expect((await post(`/transfers/${transferIds[0]}/fresh-link`, 'carryover_console=guessed')).status).toBe(401);
    const [one, other] = [await session(), await session()];
    expect((await post('/sign-out', one)).status).toBe(200);
    expect([(await get('/', one)).status, (await get('/', other)).status]).toEqual([401, 200]);
    nowMs += 12 * 3_600_000;
    expect((await get('/', other)).status).toBe(401);
  });

  test('leaves no address behind when the console stops', async () => {
    await pages.stop();
    await expect(stat(pages.signInFile)).rejects.toThrow('ENOENT');
    pages = await start('127.0.0.1:0');
  });
});

describe('the pages', () => {
  test('show the batches, and the links that can be opened, as the command lists them', async () => {
    const cookie = await session();
    expect(await (await get('/', cookie)).text()).toContain(`<a href="/batches/${batchId}">`);
    const shown = await get(`/batches/${batchId}`, cookie);
    const text = await shown.text();
    expect(text.match(/Fresh link/g)).toHaveLength(2);
    for (const transferId of transferIds) expect(text).toContain(`state-of-${transferId}`);
    expect(text).toContain('mail-canary-0@example.com');
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await get('/batches/none', cookie)).status).toBe(404);
  });

  test('repeat what was typed only as text', async () => {
    const text = await (
      await get(`/batches/${batchId}?row=${encodeURIComponent('"><script>')}`, await session())
    ).text();
    expect(text).not.toContain('<script>');
    expect(text).toContain('&quot;&gt;&lt;script&gt;');
    expect(text).toContain('Nobody is waited for here');
  });

  test('give a fresh link, by a form of theirs only, and the deed names the operator', async () => {
    const cookie = await session();
    const [transferId = '' as TransferId] = transferIds;
    const before = await dataDir.ledger.links.current(transferId);
    expect((await post(`/transfers/${transferId}/fresh-link`, cookie, {}, 'https://elsewhere.example')).status).toBe(
      403,
    );
    const done = await post(`/transfers/${transferId}/fresh-link`, cookie);
    expect([done.status, done.headers.get('location')]).toEqual([
      303,
      expect.stringContaining(`${pages.url}/batches/${batchId}?row=`),
    ]);
    expect((await dataDir.ledger.links.current(transferId))?.revision).toBe((before?.revision ?? 0) + 1);
    expect((await dataDir.ledger.events(transferId)).at(-1)).toMatchObject({
      actor: 'somebody',
      body: { kind: 'link-reissued' },
    });
    const found = await (await get(new URL(done.headers.get('location') ?? '').pathname, cookie)).text();
    expect(found).toContain('Fresh link');
  });

  test('cancel a transfer once, and say so where it is too late', async () => {
    const cookie = await session();
    const [transferId = '' as TransferId] = transferIds;
    expect((await post(`/transfers/${transferId}/cancel`, cookie)).status).toBe(303);
    expect((await dataDir.ledger.transfers.get(transferId)).projection.cancelRequested).toBe(true);
    const late = await post(`/transfers/${transferId}/fresh-link`, cookie);
    expect(late.status).toBe(409);
    expect(await late.text()).toContain('Nothing was changed');
  });
});

test('answer under their own address only, and listen on loopback only', async () => {
  const cookie = await session();
  const status = await new Promise((resolve, reject) => {
    request(pages.url, { headers: { host: 'rebound.example', cookie } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
  for (const listen of ['0.0.0.0:0', 'carryover.example:0', 'nowhere'])
    await expect(start(listen)).rejects.toMatchObject({ code: 'USAGE' });
});
