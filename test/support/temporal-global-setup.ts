import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { startTemporalDevServer } from '../../adapters/temporal/dev-server.ts';
import { loadWorkflowBundle } from '../../adapters/temporal/workflow-bundle.ts';
import { searchAttributes } from '../../schemas/search-attributes.ts';
import { bundlesVariable } from './shared-bundles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the Temporal server of this test run. */
    temporalAddress: string;
    /** Its SQLite file; the canary test looks into it. */
    temporalDbFile: string;
  }
}

const workflowsPath = join(import.meta.dirname, '../../workflows/index.ts');

/**
 * One Temporal server for the whole run; tests `inject('temporalAddress')`. It ends with the run, also when the run is killed. And one
 * bundle of the workflows, which each world of a test would else make for itself.
 */
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
  const bundles = join(folder, 'bundles');
  await loadWorkflowBundle({ workflowsPath, cacheDir: bundles });
  process.env[bundlesVariable] = bundles;
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
