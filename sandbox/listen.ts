import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Listener {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves an app on loopback; port 0 takes a free one. */
export async function listen(app: Hono, port: number): Promise<Listener> {
  // A client that hangs up in mid-body is no trouble of ours; a TypeError is a wrong request.
  app.onError((error, c) => c.json({ error: error.message }, error instanceof TypeError ? 400 : 500));
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  // Longer than a client's pool keeps idle connections, so that no reset happens that nobody ordered.
  server.keepAliveTimeout = 75_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
