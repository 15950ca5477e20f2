import { afterEach, expect, test, vi } from 'vitest';

import { connectTemporal, connectTemporalWorker } from '../../../adapters/temporal/connection.ts';
import { freePorts } from '../../../adapters/temporal/free-ports.ts';

afterEach(() => vi.unstubAllEnvs());

test('an address where no Temporal answers is a failure with a code that names the address', async () => {
  const address = await nobodysAddress();
  const failure = { code: 'TEMPORAL_UNREACHABLE', message: expect.stringContaining(address) as unknown };
  await expect(connectTemporal({ address, timeoutMs: 300 })).rejects.toMatchObject(failure);
  await expect(connectTemporalWorker({ address, timeoutMs: 300 })).rejects.toMatchObject(failure);
});

test('without an address the environment says where Temporal is', async () => {
  const address = await nobodysAddress();
  vi.stubEnv('TEMPORAL_ADDRESS', address);
  const failure = { code: 'TEMPORAL_UNREACHABLE', message: expect.stringContaining(address) as unknown };
  await expect(connectTemporal({ timeoutMs: 300 })).rejects.toMatchObject(failure);
});

test('an explicit address wins over the environment', async () => {
  const [mine, theirs] = [await nobodysAddress(), await nobodysAddress()];
  vi.stubEnv('TEMPORAL_ADDRESS', theirs);
  const failure = { message: expect.stringContaining(mine) as unknown };
  await expect(connectTemporal({ address: mine, timeoutMs: 300 })).rejects.toMatchObject(failure);
});

async function nobodysAddress(): Promise<string> {
  const [port = 0] = await freePorts(1);
  return `127.0.0.1:${port}`;
}
