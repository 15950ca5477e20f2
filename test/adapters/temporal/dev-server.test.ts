import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from '@temporalio/client';
import { expect, inject, onTestFinished, test, vi } from 'vitest';

import { keyRingOf } from '../../../adapters/keys/key-ring.ts';
import { connectTemporal, connectTemporalWorker } from '../../../adapters/temporal/connection.ts';
import { createDataConverter } from '../../../adapters/temporal/data-converter.ts';
import { startTemporalDevServer } from '../../../adapters/temporal/dev-server.ts';
import { searchAttributes } from '../../../schemas/search-attributes.ts';

const devServerModule = join(import.meta.dirname, '..', '..', '..', 'adapters', 'temporal', 'dev-server.ts');

test('the server of the test run answers clients and workers', async () => {
  const address = inject('temporalAddress');
  const client = await connectTemporal({ address });
  const worker = await connectTemporalWorker({ address });
  expect([client.namespace, worker.namespace]).toEqual(['default', 'default']);
  await Promise.all([client.connection.close(), worker.connection.close()]);
});

test('a server serves API and Web UI, keeps its database over a restart, and is gone after stop', async () => {
  const options = await freshOptions();
  const first = await startTemporalDevServer({ ...options, headless: false });
  const workflowId = 'transfer/kept';
  await withClient(first.address, (client) =>
    client.workflow.start('anyWorkflow', {
      workflowId,
      taskQueue: 'nobody',
      args: ['Canaryname'],
      typedSearchAttributes: [{ key: searchAttributes.direction, value: 'send' }],
    }),
  );
  expect((await fetch(first.uiUrl ?? '')).status).toBe(200);
  await first.stop();
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await startTemporalDevServer(options);
  onTestFinished(() => second.stop());
  const { attributes, history } = await withClient(second.address, async (client) => {
    const handle = client.workflow.getHandle(workflowId);
    return { attributes: (await handle.describe()).typedSearchAttributes, history: await handle.fetchHistory() };
  });
  expect(second.uiUrl).toBeUndefined();
  expect(attributes.get(searchAttributes.direction)).toBe('send');
  expect(JSON.stringify(history)).not.toContain('Canaryname');
  expect((await readFile(options.dbFile)).includes('Canaryname')).toBe(false);
});

test('the server does not outlive the process that started it, even when that is killed with SIGKILL', async () => {
  const options = await freshOptions();
  const script = `
    import { startTemporalDevServer } from ${JSON.stringify(devServerModule)};
    const server = await startTemporalDevServer(${JSON.stringify(options)});
    process.stdout.write(String(server.pid));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(pid), { timeout: 30_000, interval: 100 });
});

test('a fixed port on which somebody listens is refused, even where that is a Temporal server', async () => {
  const port = Number(inject('temporalAddress').split(':')[1]);
  await expect(startTemporalDevServer({ ...(await freshOptions()), port })).rejects.toMatchObject({
    code: 'TEMPORAL_UNREACHABLE',
    message: expect.stringContaining(`port ${port}`) as unknown,
  });
});

test('a server that ends before it answers is a failure with a code that names the log file', async () => {
  const options = await freshOptions();
  await mkdir(options.dbFile);
  await expect(startTemporalDevServer(options)).rejects.toMatchObject({
    code: 'TEMPORAL_UNREACHABLE',
    message: expect.stringContaining(options.logFile) as unknown,
  });
  expect((await readFile(options.logFile, 'utf8')).length).toBeGreaterThan(0);
});

test('without a Temporal program the failure says where it was looked for', async () => {
  const options = await freshOptions();
  vi.stubEnv('PATH', '');
  vi.stubEnv('XDG_CACHE_HOME', join(options.dbFile, '..', 'empty'));
  vi.stubEnv('HOME', join(options.dbFile, '..', 'empty'));
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(startTemporalDevServer(options)).rejects.toMatchObject({
    code: 'TEMPORAL_NOT_FOUND',
    message: expect.stringContaining('cache') as unknown,
  });
});

async function freshOptions() {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-dev-server-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    dbFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
    headless: true,
    searchAttributes: Object.values(searchAttributes),
  };
}

async function withClient<Result>(address: string, use: (client: Client) => Promise<Result>): Promise<Result> {
  const { connection } = await connectTemporal({ address });
  try {
    return await use(new Client({ connection, dataConverter: createDataConverter(testRing) }));
  } finally {
    await connection.close();
  }
}

const testRing = keyRingOf({
  currentKeyId: 'k1',
  keys: new Map([['k1', randomBytes(32)]]),
  idKey: randomBytes(32),
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
