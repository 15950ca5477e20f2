import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import type { DeedRecorded } from '../operations/record-deed.ts';
import { CarryoverError, failures } from '../schemas/failures.ts';
import type { BatchId } from '../schemas/ids.ts';
import type { CommandContext } from './command.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { CliOperator } from './installation.ts';
import { readTable, type TableRow } from './read-table.ts';
import { resolveBatch } from './resolve-batch.ts';
import { resolveTransfer, transferOfRow } from './resolve-transfer.ts';
import { notTaken } from './tell-deed.ts';
import { textTable } from './text-table.ts';

/** Many deeds from one CSV file. */
export interface DeedTable {
  readonly file: string;
  /** Needed where rows are named by row_id. */
  readonly batch?: string;
  /** Columns beside `row_id` and `transfer_id`. */
  readonly columns: readonly string[];
  /** Does one of them. A CarryoverError is that row's own failure; the others go on. */
  readonly act: (transfer: Transfer, row: TableRow) => Promise<DeedRecorded>;
}

interface RowOutcome {
  readonly line: number;
  readonly transferId: string | null;
  readonly outcome: DeedRecorded['delivery'] | 'refused';
  readonly code: string | null;
  readonly detail: string;
}

/** Does one deed for each row of a CSV file and tells what became of each, by line. Exit 1 where some were refused, 4 where some wait for a worker. */
export async function doDeedsFromTable(
  { out }: CommandContext,
  operator: CliOperator,
  table: DeedTable,
): Promise<ExitCode> {
  const batchId = table.batch === undefined ? undefined : (await resolveBatch(operator.ledger, table.batch)).batchId;
  const outcomes: RowOutcome[] = [];
  for (const row of await readTable(table.file, ['row_id', 'transfer_id', ...table.columns])) {
    outcomes.push(await outcomeOf(operator, table, batchId, row));
    out.progress(`${outcomes.length} rows done`);
  }
  const refused = outcomes.some(({ outcome }) => outcome === 'refused');
  const waiting = outcomes.some(({ outcome }) => outcome === 'recorded');
  const notice = waiting ? await notTaken(operator) : null;
  const lines = outcomes.map(({ line, transferId, outcome, code, detail }) => [
    line,
    transferId?.slice(0, 12) ?? '-',
    outcome,
    [code, detail].filter(Boolean).join(' '),
  ]);
  const text = textTable([['line', 'transfer', 'outcome', 'why'], ...lines]);
  out.result({ notice, rows: outcomes }, notice === null ? text : `${text}\n\n${notice}`);
  if (refused) return exitCodes.someBad;
  return waiting ? exitCodes.goesOn : exitCodes.good;
}

async function outcomeOf(
  operator: CliOperator,
  table: DeedTable,
  batchId: BatchId | undefined,
  row: TableRow,
): Promise<RowOutcome> {
  const { line } = row;
  let transferId: string | null = null;
  try {
    const transfer = await transferOf(operator, batchId, row);
    ({ transferId } = transfer);
    const { delivery } = await table.act(transfer, row);
    return { line, transferId, outcome: delivery, code: null, detail: '' };
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    const detail = [failures[error.code].message, error.detail].filter(Boolean).join(' ');
    return { line, transferId, outcome: 'refused', code: error.code, detail };
  }
}

async function transferOf(operator: CliOperator, batchId: BatchId | undefined, { cells }: TableRow): Promise<Transfer> {
  const { transfer_id: transferId, row_id: rowId } = cells;
  if (transferId !== undefined) return resolveTransfer(operator, transferId);
  if (rowId === undefined) throw new CarryoverError('USAGE', 'The row names neither row_id nor transfer_id.');
  if (batchId === undefined) throw new CarryoverError('USAGE', 'Rows that are named by row_id need --batch.');
  return transferOfRow(operator, batchId, rowId);
}
