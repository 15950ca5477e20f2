import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { startTemporalDevServer } from '../../adapters/temporal/dev-server.ts';
import { searchAttributes } from '../../schemas/search-attributes.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the Temporal server of this test run. */
    temporalAddress: string;
    /** Its SQLite file; the canary test looks into it. */
    temporalDbFile: string;
  }
}

/** One Temporal server for the whole run; tests `inject('temporalAddress')`. It ends with the run, also when the run is killed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-test-temporal-'));
  const dbFile = join(folder, 'temporal.db');
  const server = await startTemporalDevServer({
    dbFile,
    logFile: join(folder, 'temporal.log'),
    headless: true,
    searchAttributes: Object.values(searchAttributes),
  });
  project.provide('temporalAddress', server.address);
  project.provide('temporalDbFile', dbFile);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
