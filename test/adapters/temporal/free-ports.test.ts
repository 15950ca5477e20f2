import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { freePorts, isFreePort } from '../../../adapters/temporal/free-ports.ts';

test('free ports are as many as asked for, and all different', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
});

test('a port is free until somebody listens on it', async () => {
  const [port = 0] = await freePorts(1);
  expect(await isFreePort(port)).toBe(true);
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  expect(await isFreePort(port)).toBe(false);
});
