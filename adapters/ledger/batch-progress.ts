import { addCounts, noResources, type ResourceCounts } from '../../schemas/counts.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { isRowEnd, type TransferState } from '../../schemas/states.ts';
import type { BatchProgress } from '../../schemas/transfer.ts';
import type { LedgerDatabase } from './tables.ts';

export interface Progress extends BatchProgress {
  readonly counts: ResourceCounts;
}

/**
 * Counts a batch by state. `rows` is what the roster has; until it is read to its end, what was recorded so far.
 * Throws BATCH_NOT_FOUND.
 */
export async function batchProgress(db: LedgerDatabase, batchId: BatchId): Promise<Progress> {
  const batch = await db.selectFrom('batch').select('rows').where('batch_id', '=', batchId).executeTakeFirst();
  if (batch === undefined) throw new CarryoverError('BATCH_NOT_FOUND');
  const groups = await countByState(db, batchId);

  const byState: Partial<Record<TransferState, number>> = {};
  let counts = noResources;
  let recorded = 0;
  let ended = 0;
  for (const { state, transfers, ...resources } of groups) {
    byState[state] = transfers;
    counts = addCounts(counts, resources);
    recorded += transfers;
    if (isRowEnd(state)) ended += transfers;
  }
  return { rows: batch.rows ?? recorded, ended, byState, counts };
}

async function countByState(
  db: LedgerDatabase,
  batchId: BatchId,
): Promise<readonly (ResourceCounts & { readonly state: TransferState; readonly transfers: number })[]> {
  const rows = await db
    .selectFrom('transfer')
    .where('batch_id', '=', batchId)
    .groupBy('state')
    .select(({ fn }) => [
      'state',
      fn.countAll().as('transfers'),
      fn.sum('resources').as('resources'),
      fn.sum('open').as('open'),
      fn.sum('confirmed').as('confirmed'),
      fn.sum('refused').as('refused'),
      fn.sum('unknown').as('unknown'),
      fn.sum('withheld').as('withheld'),
      fn.sum('repeats').as('repeats'),
    ])
    .execute();
  // PostgreSQL gives sums and counts as text.
  return rows.map((row) => ({
    state: row.state as TransferState,
    transfers: Number(row.transfers),
    resources: Number(row.resources),
    open: Number(row.open),
    confirmed: Number(row.confirmed),
    refused: Number(row.refused),
    unknown: Number(row.unknown),
    withheld: Number(row.withheld),
    repeats: Number(row.repeats),
  }));
}
