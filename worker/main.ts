import { fileURLToPath } from 'node:url';

import { Client } from '@temporalio/client';
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';

import { sweepCommitted } from '../activities/batch/sweep-committed.ts';
import type { ActivityDependencies, Checkpoint } from '../activities/dependencies.ts';
import { openDataDir, type DataDir } from '../adapters/data-dir/open-data-dir.ts';
import type { DeliveryPlace } from '../adapters/delivery/delivery-place.ts';
import { poolsByEnvironment } from '../adapters/http/pools-by-environment.ts';
import type { EventLog } from '../adapters/log/event-log.ts';
import { connectTemporal, connectTemporalWorker } from '../adapters/temporal/connection.ts';
import { createDataConverter } from '../adapters/temporal/data-converter.ts';
import { loadWorkflowBundle } from '../adapters/temporal/workflow-bundle.ts';
import type { CounterpartProfile } from '../schemas/counterpart.ts';
import { sweepWorkflowId, workflowTaskQueue } from '../schemas/transfer.ts';
import { startWorker, type RunningWorker } from './start-worker.ts';
import { temporalLogger } from './temporal-logger.ts';

const sweepEveryMs = 60_000;

export interface WorkerOptions {
  readonly dataDir: string;
  readonly address?: string;
  readonly log: EventLog;
  /** The counterparts that this worker serves. */
  readonly profiles: readonly CounterpartProfile[];
  /** Where the deliveries of receive batches go; left out: the folder of the data directory. */
  readonly deliverTo?: DeliveryPlace;
  readonly stickyTimeoutMs?: number;
  readonly clock?: () => number;
  readonly checkpoint?: (name: Checkpoint) => void | Promise<void>;
}

/**
 * The composition root: opens everything that activities need, hands over what was committed while nobody was there, starts
 * the pollers. `stop` waits for the writes in flight.
 */
export async function runWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { log } = options;
  installRuntime(log);
  const dataDir = await openDataDir(options.dataDir, options.clock === undefined ? {} : { clock: options.clock });
  const { connection, namespace } = await connectTemporalWorker(addressOf(options));
  const pools = poolsByEnvironment();
  const stopping = new AbortController();
  const dependencies = await openDependencies(options, dataDir, pools, stopping.signal);

  const workflowBundle = await loadWorkflowBundle({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    cacheDir: dataDir.paths.cache,
  });
  const worker = await startWorker({
    dependencies,
    connection,
    namespace,
    workflowBundle,
    counterparts: options.profiles.map(({ id, pacing }) => ({ id, concurrentMembers: pacing.concurrentMembers })),
    ...(options.stickyTimeoutMs === undefined ? {} : { stickyTimeoutMs: options.stickyTimeoutMs }),
    shutdownGraceMs: 5_000 + Math.max(0, ...options.profiles.map(({ send }) => send?.writeTimeoutMs ?? 0)),
  });
  log.event('worker-started', { pid: process.pid });
  // What people did while no worker was there was committed; whatever of it could not be signalled then is handed over now.
  await sweepCommitted(dependencies)();
  await startSweep(dependencies);
  return stoppable(worker, log, stopping, async () => {
    await pools.close();
    await connection.close();
    await dependencies.temporal.connection.close();
    await dataDir.close();
  });
}

/** Keeps the installation's sweep running; the one that is there already goes on. */
async function startSweep({ temporal, keys }: ActivityDependencies): Promise<void> {
  await temporal.workflow.start('sweep', {
    workflowId: sweepWorkflowId(keys.installationId),
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue: workflowTaskQueue(keys.installationId),
    args: [{ everyMs: sweepEveryMs }],
  });
}

/** One log for everything: Temporal's core writes through ours too. Signals are the program's own business. */
function installRuntime(log: EventLog): void {
  Runtime.install({
    logger: temporalLogger(log),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} } },
    shutdownSignals: [],
  });
}

async function openDependencies(
  options: WorkerOptions,
  dataDir: DataDir,
  pools: ReturnType<typeof poolsByEnvironment>,
  stopping: AbortSignal,
): Promise<ActivityDependencies> {
  const { connection, namespace } = await connectTemporal(addressOf(options));
  const dataConverter = createDataConverter(dataDir.keys);
  return {
    clock: options.clock ?? Date.now,
    ledger: dataDir.ledger,
    objects: dataDir.objects,
    secrets: dataDir.secrets,
    keys: dataDir.keys,
    pools: pools.poolsOf,
    temporal: new Client({ connection, namespace, dataConverter }),
    log: options.log,
    deliveriesDir: dataDir.paths.deliveries,
    deliverTo: options.deliverTo ?? { kind: 'folder', folder: dataDir.paths.deliveries },
    stopping,
    ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
  };
}

const addressOf = ({ address }: WorkerOptions): { address?: string } => (address === undefined ? {} : { address });

function stoppable(
  worker: RunningWorker,
  log: EventLog,
  stopping: AbortController,
  close: () => Promise<void>,
): RunningWorker {
  const done = (async () => {
    try {
      await worker.done;
    } finally {
      await close();
    }
  })();
  return {
    done,
    async stop() {
      log.event('worker-stopping');
      // Before the pollers end, so that no slice begins another request.
      stopping.abort();
      await worker.stop();
      await done;
      log.event('worker-stopped');
    },
  };
}
