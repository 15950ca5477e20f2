import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { openDataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { openEventLog } from '../../adapters/log/event-log.ts';
import { loadProfile } from '../../adapters/profile/load-profile.ts';
import { startConsole, type RunningConsole } from '../../console/start-console.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { recordBatch } from '../cli/recorded-batch.ts';
import { profileToml } from '../cli/run-carryover.ts';

let dir: string;
let logged: string[];
let running: RunningConsole;
let transferId: TransferId;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'carryover-console-'));
  await mkdir(join(dir, 'counterparts'));
  await writeFile(join(dir, 'counterparts', 'plan-a.toml'), profileToml());
  const { transferIds } = await recordBatch(dir, 'receive', [[]]);
  [transferId = ('' as TransferId)] = transferIds;
  await issue(1, 'state-canary');

  logged = [];
  const { profile } = await loadProfile('plan-a', { dirs: [join(dir, 'counterparts')] });
  running = await startConsole({
    dataDir: dir,
    listen: '127.0.0.1:0',
    profiles: [profile],
    temporalAddress: '127.0.0.1:1',
    log: openEventLog({
      format: 'json',
      component: 'console',
      destination: { write: (line: string) => void logged.push(line) },
    }),
  });
});
afterEach(async () => {
  await running.stop();
  await rm(dir, { recursive: true, force: true });
});

async function issue(revision: number, value: string): Promise<void> {
  const { ledger, secrets, keys, close } = await openDataDir(dir);
  const expiresAtMs = Date.now() + 60_000;
  const state = secrets.prepare({ transferId, kind: 'link-state', value, expiresAtMs });
  await ledger.links.issue({ stateHash: keys.linkStateHash(value), transferId, revision, state, expiresAtMs });
  await close();
}

async function findingsOf(): Promise<Readonly<Record<string, number>>> {
  const { ledger, close } = await openDataDir(dir);
  const { projection } = await ledger.transfers.get(transferId);
  await close();
  return projection.findings;
}

async function stateOf(): Promise<string> {
  const { ledger, close } = await openDataDir(dir);
  const { state } = await ledger.transfers.get(transferId);
  await close();
  return state;
}

const back = (query: string): Promise<Response> => fetch(`${running.url}/callback?${query}`);

test('takes a code with no worker and no Temporal up, once, and seals it', async () => {
  expect((await back('code=code-canary&state=state-canary&client_id=client-a')).status).toBe(200);
  expect(await stateOf()).toBe('authorized');
  const again = await back('code=code-canary-2&state=state-canary&client_id=client-a');
  expect(again.status).toBe(410);
  expect(logged.join('')).not.toContain('canary');
  expect(await findingsOf()).toEqual({ 'authorization-used-twice': 1 });
  const { ledger, close } = await openDataDir(dir);
  expect(await ledger.deeds.undelivered({ limit: 10 })).toHaveLength(1);
  await close();
});

test('of many browsers with one link, exactly one is taken', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => back(`code=code-${index}&state=state-canary&client_id=client-a`)),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 410)]);
  expect(await findingsOf()).toEqual({ 'authorization-used-twice': 1 });
});

test('a code that came before is not taken with a later link, which stays good', async () => {
  await back('code=code-canary&state=state-canary');
  await issue(2, 'state-canary-2');
  const again = await back('code=code-canary&state=state-canary-2');
  expect(again.status).toBe(410);
  expect(await again.text()).toContain('This permission was used already');
  expect(await findingsOf()).toEqual({ 'authorization-used-twice': 1 });
  expect(await stateOf()).toBe('link-issued');
  expect((await back('code=code-canary-2&state=state-canary-2')).status).toBe(200);
});

test('a no that is taken back is too late, and no authorization that came twice', async () => {
  await back('error=access_denied&state=state-canary');
  expect((await back('code=code-canary&state=state-canary')).status).toBe(410);
  expect(await findingsOf()).toEqual({});
});

test.each(['server_error', 'temporarily_unavailable'])(
  'a counterpart that says %s leaves the link good',
  async (error) => {
    const answer = await back(`error=${error}&state=state-canary`);
    expect([answer.status, await stateOf()]).toEqual([503, 'link-issued']);
    expect(await answer.text()).toContain('open it again later');
    expect((await back('code=code-canary&state=state-canary')).status).toBe(200);
  },
);

test.each(['invalid_request', 'unauthorized_client', 'unsupported_response_type', 'invalid_scope'])(
  'a counterpart that says %s does not mean the member',
  async (error) => {
    const answer = await back(`error=${error}&state=state-canary`);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('It is not your fault')]);
    const { ledger, close } = await openDataDir(dir);
    expect((await ledger.events(transferId)).at(-1)?.body).toMatchObject({ error, reason: 'OAUTH_REQUEST_REJECTED' });
    await close();
  },
);

test('a redirect for another client, or with an unknown state, leaves the link good', async () => {
  expect((await back('code=c&state=state-canary&client_id=client-b')).status).toBe(400);
  expect((await back('code=c&state=other&client_id=client-a')).status).toBe(404);
  expect(await stateOf()).toBe('link-issued');
  expect((await back('code=c&state=state-canary')).status).toBe(200);
});

test('a member who declines is told so, and no code is waited for', async () => {
  const answer = await back('error=access_denied&state=state-canary');
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('Nothing was shared');
});

test('serves pages for operators at an address of their own, where it is asked to, and nothing of them to members', async () => {
  const { profile } = await loadProfile('plan-a', { dirs: [join(dir, 'counterparts')] });
  const operators = { listen: '127.0.0.1:0', actor: 'somebody', yesProduction: false };
  const log = { event: () => undefined };
  const both = await startConsole({ dataDir: dir, listen: '127.0.0.1:0', operators, profiles: [profile], log });
  expect((await fetch(`${both.url}/sign-in`)).status).toBe(404);
  expect((await fetch(`${both.operators?.url}/sign-in`)).status).toBe(200);
  expect((await fetch(`${both.operators?.url}/callback?code=c&state=state-canary`)).status).toBe(401);
  await both.stop();
  await expect(fetch(`${both.operators?.url}/sign-in`)).rejects.toThrow('fetch failed');
});

test('an address that cannot be listened on is a usage error', async () => {
  const { profile } = await loadProfile('plan-a', { dirs: [join(dir, 'counterparts')] });
  const start = (listen: string) =>
    startConsole({ dataDir: dir, listen, profiles: [profile], log: { event: () => undefined } });
  await expect(start('nowhere')).rejects.toMatchObject({ code: 'USAGE' });
  await expect(start(new URL(running.url).host)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(
    startConsole({ dataDir: dir, listen: '127.0.0.1:0', profiles: [], log: { event: () => undefined } }),
  ).rejects.toMatchObject({ code: 'PROFILE_DIRECTION_MISSING' });
});
