import type { Command } from 'commander';

import type { DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import type { Progress } from '../../adapters/ledger/batch-progress.ts';
import type { Batch } from '../../adapters/ledger/batches.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { windowNotice } from '../../domain/pacing/window-notice.ts';
import { nextStep } from '../../domain/report/next-step.ts';
import type { TransferState } from '../../schemas/states.ts';
import { defineCommand, type CommandContext } from '../command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { askTemporal, withDataDir } from '../installation.ts';
import { resolveBatch } from '../resolve-batch.ts';
import { indented, textTable } from '../text-table.ts';
import { isWorkerPolling, workerNotice } from '../worker-polling.ts';

/** `carryover status`: every batch, or where the rows and resources of one stand. */
export const status = defineCommand<object>({
  afterFailure: 'Nothing was changed.',
  configure(command: Command) {
    command.argument('[batch]', 'a batch id, or the first digits of one');
  },
  async run(context, _options, [batch]) {
    return withDataDir(context, async (dataDir) =>
      batch === undefined
        ? listBatches(context, dataDir)
        : showBatch(context, dataDir, await resolveBatch(dataDir.ledger, batch)),
    );
  },
});

async function listBatches(context: CommandContext, dataDir: DataDir): Promise<ExitCode> {
  const { ledger } = dataDir;
  const batches = await Promise.all(
    (await ledger.batches.list()).map(async (batch) =>
      summaryOf(batch, await ledger.transfers.progress(batch.batchId)),
    ),
  );
  const open = batches.some(({ launched, rows, ended }) => !launched || ended < rows);
  const { workerPolling, notice } = await lookForWorker(context, dataDir, open);
  const header = ['batch', 'direction', 'counterpart', 'launched', 'rows', 'ended'];
  const lines = batches.map((batch) => [
    batch.batchId,
    batch.direction,
    batch.counterpartId,
    batch.createdAt,
    batch.rows,
    batch.ended,
  ]);
  const table = batches.length === 0 ? 'No batch was launched yet.' : textTable([header, ...lines]);
  context.out.result({ workerPolling, batches }, notice === undefined ? table : `${table}\n\n${notice}`);
  return exitCodes.good;
}

async function showBatch(context: CommandContext, dataDir: DataDir, batch: Batch): Promise<ExitCode> {
  const progress = await dataDir.ledger.transfers.progress(batch.batchId);
  const summary = summaryOf(batch, progress);
  const open = !batch.launched || progress.ended < progress.rows;
  const { workerPolling, notice } = await lookForWorker(context, dataDir, open);
  const window = open ? windowNotice((await frozenProfile(dataDir, batch.batchId)).pacing, Date.now()) : undefined;
  const sections = [
    `Batch ${batch.batchId}: ${batch.direction} at ${batch.counterpartId}, launched ${batch.createdAt}${batch.closedAt === undefined ? '' : `, closed ${batch.closedAt}`}`,
    `Rows: ${progress.rows}; ended: ${progress.ended}${batch.launched ? '' : '; still being read'}`,
    ...(Object.keys(progress.byState).length === 0 ? [] : [indented(textTable(stateRows(progress)))]),
    ...(progress.counts.resources === 0 ? [] : [`Resources\n${indented(textTable(Object.entries(progress.counts)))}`]),
    ...(window === undefined ? [] : [`No requests are made now: they wait for ${window.waitsFor}.`]),
    ...(notice === undefined ? [] : [notice]),
  ];
  context.out.result({ workerPolling, windowOpensAt: window?.opensAt ?? null, ...summary }, sections.join('\n\n'));
  return exitCodes.good;
}

/** Asks Temporal for workers, only where work is open. `workerPolling` is null where nobody asked or nobody answered. */
async function lookForWorker(
  context: CommandContext,
  dataDir: DataDir,
  open: boolean,
): Promise<{ readonly workerPolling: boolean | null; readonly notice: string | undefined }> {
  if (!open) return { workerPolling: null, notice: undefined };
  const temporal = await askTemporal(context, dataDir);
  try {
    const polling = await isWorkerPolling(temporal);
    return { workerPolling: polling ?? null, notice: workerNotice(polling) };
  } finally {
    await temporal?.connection.close();
  }
}

function summaryOf(batch: Batch, { rows, ended, byState, counts }: Progress) {
  const { batchId, direction, counterpartId, createdAt, launched, closedAt = null } = batch;
  return { batchId, direction, counterpartId, createdAt, closedAt, launched, rows, ended, byState, resources: counts };
}

function stateRows({ byState }: Progress): [string, number, string][] {
  return (Object.entries(byState) as [TransferState, number][]).map(([state, count]) => [
    state,
    count,
    `waits for ${nextStep(state).waitsFor}`,
  ]);
}
