import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { getRequestListener } from '@hono/node-server';

import { openDataDir } from '../adapters/data-dir/open-data-dir.ts';
import type { EventLog } from '../adapters/log/event-log.ts';
import { frozenProfile } from '../adapters/profile/frozen-profile.ts';
import { acceptCallback } from '../operations/accept-callback.ts';
import type { Operator } from '../operations/operator.ts';
import type { CounterpartProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asTransferId } from '../schemas/ids.ts';
import { callbackApp } from './callback-app.ts';
import { parseListen } from './parse-listen.ts';
import { temporalWhenThere } from './temporal-when-there.ts';

export interface ConsoleOptions {
  readonly dataDir: string;
  /** `HOST:PORT`; port 0 takes a free one. */
  readonly listen: string;
  /** The paths of their redirect URIs are listened on. */
  readonly profiles: readonly CounterpartProfile[];
  readonly temporalAddress?: string;
  readonly log: EventLog;
  readonly clock?: () => number;
}

export interface RunningConsole {
  /** Without a path. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Milliseconds that a browser has for its request. */
const requestTimeoutMs = 10_000;

/**
 * Listens for members' browsers that come back from the authorization server. Needs neither a worker nor Temporal: what comes is
 * committed, and handed over once they are there. Throws PROFILE_DIRECTION_MISSING where no profile receives, USAGE.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { log, clock = Date.now } = options;
  const { hostname, port } = parseListen(options.listen);
  const paths = options.profiles.flatMap(({ receive }) => (receive === undefined ? [] : [callbackPath(receive)]));
  if (paths.length === 0) throw new CarryoverError('PROFILE_DIRECTION_MISSING', 'No profile has [receive].');

  const dataDir = await openDataDir(options.dataDir, { clock });
  const temporal = temporalWhenThere({ address: options.temporalAddress, keys: dataDir.keys });
  const operator = (): Operator => ({ ...dataDir, actor: 'callback', clock, temporal: temporal.client() });
  const app = callbackApp({
    paths,
    log,
    accept: async (query) => acceptCallback(operator(), (transferId) => profileOf(operator(), transferId), query),
  });
  const listener = getRequestListener(app.fetch);
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    void listener(request, response);
  });
  const close = async () => {
    await temporal.close();
    await dataDir.close();
  };
  try {
    server.listen(port, hostname);
    await once(server, 'listening');
  } catch (error) {
    await close();
    throw new CarryoverError('USAGE', 'The address of --listen cannot be used.', {}, { cause: error });
  }
  const address = server.address() as AddressInfo;
  log.event('server-started', { port: address.port });
  return {
    url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${address.port}`,
    async stop() {
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
      await close();
      log.event('server-stopped', { port: address.port });
    },
  };
}

function callbackPath({ redirectUri }: NonNullable<CounterpartProfile['receive']>): string {
  return new URL(redirectUri).pathname;
}

async function profileOf(operator: Operator, transferId: string): Promise<CounterpartProfile> {
  const { batchId } = await operator.ledger.transfers.get(asTransferId(transferId));
  return frozenProfile(operator, batchId);
}
