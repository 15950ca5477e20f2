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
  const { ledger, secrets, keys, close } = await openDataDir(dir);
  const expiresAtMs = Date.now() + 60_000;
  const state = secrets.prepare({ transferId, kind: 'link-state', value: 'state-canary', expiresAtMs });
  await ledger.links.issue({
    stateHash: keys.linkStateHash('state-canary'),
    transferId,
    revision: 1,
    state,
    expiresAtMs,
  });
  await close();

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
  const { ledger, close } = await openDataDir(dir);
  expect(await ledger.deeds.undelivered({ limit: 10 })).toHaveLength(1);
  await close();
});

test('of many browsers with one link, exactly one is taken', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => back(`code=code-${index}&state=state-canary&client_id=client-a`)),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 410)]);
});

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
