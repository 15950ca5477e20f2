import type { Batch } from '../adapters/ledger/batches.ts';
import type { Ledger } from '../adapters/ledger/ledger.ts';
import { transfersOfBatch } from '../adapters/ledger/transfers-of-batch.ts';
import {
  batchReport,
  emptyTally,
  tallyTransfers,
  verdictOf,
  type BatchReport,
  type BatchVerdict,
} from '../domain/report/batch-report.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';

/** Folds the transfers of a batch into its report, as the ledger has them now. */
export async function reportOfBatch(
  ledger: Ledger,
  batch: Batch,
): Promise<{ readonly report: BatchReport; readonly verdict: BatchVerdict }> {
  let tally = emptyTally;
  for await (const transfer of transfersOfBatch(ledger, batch.batchId)) tally = tallyTransfers(tally, [transfer]);
  const { batchId, direction, counterpartId, createdAt, closedAt, rows, launched } = batch;
  const known = { batchId, direction, counterpartId, createdAt, launched };
  const purge = await ledger.batchPurges.get(batchId);
  const report = batchReport(
    {
      ...known,
      ...(closedAt === undefined ? {} : { closedAt }),
      ...(rows === undefined ? {} : { rows }),
      ...(purge === undefined ? {} : { rosterPurgedAt: purge.at }),
    },
    tally,
  );
  return { report, verdict: verdictOf(report) };
}

/** The exit code that a verdict means. */
export const exitCodeOf: Readonly<Record<BatchVerdict, ExitCode>> = {
  'all-good': exitCodes.good,
  'some-bad': exitCodes.someBad,
  'needs-decision': exitCodes.needsDecision,
  running: exitCodes.goesOn,
  'does-not-add-up': exitCodes.doesNotAddUp,
};
