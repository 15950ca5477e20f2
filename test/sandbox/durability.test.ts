import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { RunningSandbox } from '../../sandbox/start-sandbox.ts';
import {
  CLIENT,
  HOLDER,
  admin,
  bundleOf,
  get,
  observation,
  post,
  readToken,
  statusesOf,
  writeToken,
} from './started-sandbox.ts';

const MAIN = new URL('../../sandbox/main.ts', import.meta.url).pathname;
let dataDir = '';
let child: ChildProcess;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sandbox-kill-'));
});
afterEach(async () => {
  await stop('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

async function start(...flags: string[]): Promise<RunningSandbox> {
  const clients = ['--clients', JSON.stringify([CLIENT])];
  child = spawn(process.execPath, [MAIN, '--data-dir', dataDir, ...clients, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout ?? process.stdin }), 'line')) as [string];
  return JSON.parse(line) as RunningSandbox;
}

async function stop(signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode;
}

const portOf = (url: string): string => new URL(url).port;
const samePorts = ({ tokenUrl, fhirBaseUrl, adminUrl, smtp }: RunningSandbox): string[] => [
  '--auth-port',
  portOf(tokenUrl),
  '--api-port',
  portOf(fhirBaseUrl),
  '--admin-port',
  portOf(adminUrl),
  '--smtp-port',
  String(smtp.port),
];

test('journal, store, tokens, switches, faults and clock survive kill -9 and a restart on the same ports', async () => {
  const first = await start('--switches', '{"createdStatus":201}');
  await admin(first, 'PUT', '/clock', { offsetMs: 1000 });
  const write = await writeToken(first);
  const read = await readToken(first);
  await post(first, write, '', bundleOf([observation('kept-1'), { resourceType: 'Binary' }]));
  await admin(first, 'PUT', '/faults', [{ kind: 'status', status: 503, route: 'POST /r4', ordinals: [2] }]);
  await post(first, write, '', bundleOf([observation('kept-2')]));
  const paths = ['/journal', '/store', '/findings', '/faults', '/switches'];
  const before = await Promise.all(paths.map((path) => admin<unknown>(first, 'GET', path)));

  await stop('SIGKILL');
  const second = await start(...samePorts(first));
  expect(second).toEqual(first);
  expect(await Promise.all(paths.map((path) => admin<unknown>(second, 'GET', path)))).toEqual(before);
  expect(await admin<{ offsetMs: number }>(second, 'GET', '/clock')).toMatchObject({ offsetMs: 1000 });
  expect((await get(second, read, '/Patient')).response.status).toBe(200);
  expect((await post(second, write, '', bundleOf([observation('x')]))).response.status).toBe(503);
  expect(statusesOf((await post(second, write, '', bundleOf([observation('kept-3')]))).json)).toEqual([201]);
  expect(await admin(second, 'GET', '/store')).toHaveLength(3);
});

test('whatever was answered before a kill in mid-load is in the journal and the store, each once', async () => {
  const first = await start();
  const token = await writeToken(first);
  const answered: string[] = [];
  const load = Array.from({ length: 4 }, async (_, lane) => {
    for (let number = 0; ; number += 1) {
      const ids = Array.from({ length: 5 }, (_unused, index) => `k-${lane}-${number}-${index}`);
      const { json } = await post(
        first,
        token,
        '',
        bundleOf(ids.map((id) => observation(id, { note: [{ text: id }] }))),
      );
      if (statusesOf(json).every((status) => status === 200)) answered.push(...ids);
      if (answered.length > 200) child.kill('SIGKILL');
    }
  });
  await Promise.allSettled(load);

  const second = await start();
  const stored = await admin(second, 'GET', `/store?previousMemberId=${HOLDER.previousMemberId}`);
  const journal = await admin<{ entries: { outcome: string; storedId: string }[] }[]>(second, 'GET', '/journal');
  const journalled = journal.flatMap((record) => record.entries.map((entry) => entry.storedId));
  expect(journalled.toSorted()).toEqual(stored.map((resource) => String(resource['id'])).toSorted());
  expect(answered.filter((id) => !journalled.includes(id))).toEqual([]);
  expect(new Set(journalled).size).toBe(journalled.length);
});

test('the mail certificate is made once and kept', async () => {
  const first = await start();
  const authority = readFileSync(first.smtp.caFile, 'utf8');
  await stop('SIGKILL');
  expect(readFileSync((await start()).smtp.caFile, 'utf8')).toBe(authority);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it cleanly with exit code 0', async (signal) => {
  await start();
  expect(await stop(signal)).toBe(0);
});

test('a wrong flag ends it with exit code 2 and the usage', async () => {
  child = spawn(process.execPath, [MAIN, '--data-dir', dataDir, '--switches', '{"nonsense":1}'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const chunks: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  await once(child, 'exit');
  expect([child.exitCode, chunks.join('')]).toEqual([2, expect.stringContaining('unknown switch "nonsense"')]);
});
