import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startTemporalDevServer, type TemporalDevServer } from '../adapters/temporal/dev-server.ts';
import { searchAttributes } from '../schemas/search-attributes.ts';

/** A Temporal server for one measurement, whose files are gone when it is stopped. */
export async function startBenchTemporal(): Promise<TemporalDevServer> {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-bench-'));
  const server = await startTemporalDevServer({
    dbFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
    headless: true,
    searchAttributes: Object.values(searchAttributes),
  });
  return {
    ...server,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
