import { asTransferId, type BatchId, type TransferId } from '../../schemas/ids.ts';
import type { LedgerDatabase } from './tables.ts';

export interface EndedTransfers {
  readonly batchId: BatchId;
  /** ISO 8601. */
  readonly before: string;
  /** The last one of the page before. */
  readonly after?: TransferId;
  readonly limit: number;
}

/** The transfers of a batch that were closed before a time, by their `closed` event, in the order of their ids. */
export async function endedTransfers(
  db: LedgerDatabase,
  { batchId, before, after, limit }: EndedTransfers,
): Promise<readonly TransferId[]> {
  const rows = await db
    .selectFrom('transfer')
    .innerJoin('event', 'event.transfer_id', 'transfer.transfer_id')
    .select('transfer.transfer_id')
    .where('transfer.batch_id', '=', batchId)
    .where('transfer.transfer_id', '>', after ?? '')
    .where('event.kind', '=', 'closed')
    .where('event.at', '<', before)
    .groupBy('transfer.transfer_id')
    .orderBy('transfer.transfer_id')
    .limit(limit)
    .execute();
  return rows.map((row) => asTransferId(row.transfer_id));
}
