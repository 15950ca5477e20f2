import { type NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';

import type { ActivityDependencies } from '../activities/dependencies.ts';
import { createActivities, createBookkeeping } from '../activities/index.ts';
import { createDataConverter } from '../adapters/temporal/data-converter.ts';
import type { CounterpartId } from '../schemas/ids.ts';
import { exchangeTaskQueue, sliceTaskQueue, workflowTaskQueue } from '../schemas/transfer.ts';

export interface StartWorker {
  readonly dependencies: ActivityDependencies;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly workflowBundle: WorkflowBundleOption;
  /** The counterparts whose slices this worker runs. */
  readonly counterparts: readonly { readonly id: CounterpartId; readonly concurrentMembers: number }[];
  /** Longer than the longest write, so that a shutdown never tears one. */
  readonly shutdownGraceMs: number;
  /** How long a workflow task waits for the worker that has the workflow in memory; 10 s where left out. */
  readonly stickyTimeoutMs?: number;
}

export interface RunningWorker {
  /** Stops polling, lets the writes in flight end, then resolves. */
  stop(): Promise<void>;
  /** Settles when every poller has ended, for whatever reason. */
  readonly done: Promise<void>;
}

/**
 * Workflow tasks at a time. A task that was begun has ten seconds: more at once than the processor has time for would all run out of
 * them and begin again, later and later, while codes grow old.
 */
const concurrentWorkflowTasks = 10;

/** Code exchanges at a time: a form post each, inside the five minutes of their codes. */
const concurrentExchanges = 50;

/**
 * Starts the pollers: one for workflows and light work, one for code exchanges (never behind anything else), one for the
 * slices of each counterpart (as many members at a time as its profile allows).
 */
export async function startWorker(options: StartWorker): Promise<RunningWorker> {
  const activities = createActivities(options.dependencies);
  const taskQueue = workflowTaskQueue(options.dependencies.keys.installationId);
  const shared = {
    connection: options.connection,
    namespace: options.namespace,
    dataConverter: createDataConverter(options.dependencies.keys),
    shutdownGraceTime: options.shutdownGraceMs,
  };
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue,
      workflowBundle: options.workflowBundle,
      activities: { ...activities, ...createBookkeeping(options.dependencies) },
      maxConcurrentActivityTaskExecutions: 20,
      maxConcurrentWorkflowTaskExecutions: concurrentWorkflowTasks,
      // Members wait for people for days: the cache bounds memory, a cold one costs a replay of some forty events.
      maxCachedWorkflows: 1_000,
      stickyQueueScheduleToStartTimeout: options.stickyTimeoutMs ?? 10_000,
    }),
    Worker.create({
      ...shared,
      taskQueue: exchangeTaskQueue(taskQueue),
      activities: { exchangeCode: activities.exchangeCode, refreshFromKept: activities.refreshFromKept },
      maxConcurrentActivityTaskExecutions: concurrentExchanges,
    }),
    ...options.counterparts.map(({ id, concurrentMembers }) =>
      Worker.create({
        ...shared,
        taskQueue: sliceTaskQueue(taskQueue, id),
        activities: { postSlice: activities.postSlice, readSlice: activities.readSlice },
        maxConcurrentActivityTaskExecutions: concurrentMembers,
      }),
    ),
  ]);
  const done = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  return {
    done,
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}
