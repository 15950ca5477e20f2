import { join } from 'node:path';

import { connectTemporal } from '../adapters/temporal/connection.ts';
import { startTemporalDevServer } from '../adapters/temporal/dev-server.ts';
import { searchAttributes } from '../schemas/search-attributes.ts';
import { DemoFailure } from './demo-failure.ts';

/** The Temporal that the demo works with. */
export interface DemoTemporal {
  /** `host:port` of a server of our own; undefined where the environment names one. */
  readonly address?: string;
  readonly pid?: number;
  readonly webUi?: string;
  stop(): Promise<void>;
}

/** Starts a Temporal dev server of our own, with its Web UI, on free ports. */
export async function startOwnTemporal(places: {
  readonly temporal: string;
  readonly logs: string;
}): Promise<DemoTemporal> {
  const server = await startTemporalDevServer({
    dbFile: join(places.temporal, 'temporal.db'),
    logFile: join(places.logs, 'temporal.log'),
    headless: false,
    searchAttributes: Object.values(searchAttributes),
  });
  const { address, pid, uiUrl } = server;
  return { address, pid, ...(uiUrl === undefined ? {} : { webUi: uiUrl }), stop: () => server.stop() };
}

/** Looks whether the Temporal that the environment names can do what we need. Throws DemoFailure that says what is missing. */
export async function findExistingTemporal(): Promise<DemoTemporal> {
  if ((process.env['TEMPORAL_ADDRESS'] ?? '') === '')
    throw new DemoFailure('--temporal existing needs TEMPORAL_ADDRESS (host:port) in the environment.');
  const { connection, namespace } = await connectTemporal();
  try {
    const known = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.values(searchAttributes).filter(({ name }) => !Object.hasOwn(known.customAttributes, name));
    const wanted = missing.map(({ name }) => `--name ${name} --type Keyword`).join(' ');
    if (missing.length > 0)
      throw new DemoFailure(`Temporal lacks search attributes: temporal operator search-attribute create ${wanted}`);
  } finally {
    await connection.close();
  }
  return { stop: async () => undefined };
}
