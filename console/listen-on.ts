import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';

import { CarryoverError } from '../schemas/failures.ts';
import { parseListen } from './parse-listen.ts';

/** A server that takes requests. */
export interface Listening {
  /** Without a path. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Milliseconds that a browser has for its request. */
const requestTimeoutMs = 10_000;

/** Serves an app at the `HOST:PORT` of an option; port 0 takes a free one. Throws USAGE. */
export async function listenOn(
  app: Pick<Hono, 'fetch'>,
  { text, option }: { readonly text: string; readonly option: string },
): Promise<Listening> {
  const { hostname, port: wanted } = parseListen(text, option);
  const listener = getRequestListener(app.fetch);
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    void listener(request, response);
  });
  try {
    server.listen(wanted, hostname);
    await once(server, 'listening');
  } catch (error) {
    throw new CarryoverError('USAGE', `The address of ${option} cannot be used.`, {}, { cause: error });
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`,
    port,
    async close() {
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    },
  };
}
