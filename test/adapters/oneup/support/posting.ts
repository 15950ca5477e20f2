import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { afterEach } from 'vitest';

import type { HttpPools } from '../../../../adapters/http/http-pool.ts';
import { openHttpPools } from '../../../../adapters/http/http-pool.ts';
import { postBundle } from '../../../../adapters/oneup/post-bundle.ts';
import type { RawServer } from '../../http/support/raw-server.ts';
import { openRawServer } from '../../http/support/raw-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Pools of a sandbox, closed after the test. */
export function pools(options: Partial<Parameters<typeof openHttpPools>[0]> = {}): HttpPools {
  const opened = openHttpPools({ connections: 4, environment: 'sandbox', ...options });
  closers.push(() => opened.close());
  return opened;
}

/** A raw server, closed after the test. */
export async function rawServer(behaviour: Parameters<typeof openRawServer>[0]): Promise<RawServer> {
  const server = await openRawServer(behaviour);
  closers.push(() => server.close());
  return server;
}

/** Posts a small bundle. */
export function post(origin: string, through: HttpPools, more: { body?: Buffer; timeoutMs?: number } = {}) {
  const body = Buffer.from('{"resourceType":"Bundle"}');
  return postBundle({
    pools: through,
    fhirBaseUrl: `${origin}/r4`,
    accessToken: 'abc.def',
    body,
    timeoutMs: 5_000,
    ...more,
  });
}

/** Resolves once undici has handed a whole body to a socket. */
export function bodySent(): Promise<void> {
  return new Promise((resolve) => {
    const listener = () => {
      unsubscribe('undici:request:bodySent', listener);
      resolve();
    };
    subscribe('undici:request:bodySent', listener);
  });
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = await openRawServer({});
  await server.close();
  return server.port;
}
