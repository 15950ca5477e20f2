import type { Selectable } from 'kysely';

import type { TransferProjection } from '../../domain/accounting/transfer-projection.ts';
import { CarryoverError, type FailureCode } from '../../schemas/failures.ts';
import {
  asBatchId,
  asCounterpartId,
  asObjectKey,
  asTransferId,
  type BatchId,
  type CounterpartId,
  type Direction,
  type ObjectKey,
  type TransferId,
} from '../../schemas/ids.ts';
import type { TransferState } from '../../schemas/states.ts';
import { compiledOnce } from './compiled-once.ts';
import type { LedgerDatabase, LedgerTables } from './tables.ts';

/** A transfer as the ledger knows it now. No PHI. */
export interface Transfer {
  readonly transferId: TransferId;
  readonly batchId: BatchId;
  /** Line of the roster. */
  readonly line: number;
  /** Keyed hash of the row id. */
  readonly rowKey: string;
  readonly memberKey: string;
  readonly direction: Direction;
  readonly counterpartId: CounterpartId;
  /** The sealed member record (none is kept there for an invalid row), and which revision of it. */
  readonly recordObject: ObjectKey;
  readonly recordRevision: number;
  readonly fence: number;
  readonly headSeq: number;
  readonly headHash: string;
  readonly state: TransferState;
  readonly reason?: FailureCode;
  readonly projection: TransferProjection;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type TransferRow = Selectable<LedgerTables['transfer']>;

/** Takes a row of the transfer table as a transfer. */
export function transferOf(row: TransferRow): Transfer {
  return {
    transferId: asTransferId(row.transfer_id),
    batchId: asBatchId(row.batch_id),
    line: row.line,
    rowKey: row.row_key,
    memberKey: row.member_key,
    direction: row.direction as Direction,
    counterpartId: asCounterpartId(row.counterpart_id),
    recordObject: asObjectKey(row.record_object),
    recordRevision: row.record_revision,
    fence: row.fence,
    headSeq: row.head_seq,
    headHash: row.head_hash,
    state: row.state as TransferState,
    ...(row.reason === null ? {} : { reason: row.reason as FailureCode }),
    projection: JSON.parse(row.projection) as TransferProjection,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The columns that repeat the projection, so that they can be searched and summed. */
export function projectionColumns(projection: TransferProjection) {
  return {
    state: projection.state,
    reason: projection.reason ?? null,
    projection: JSON.stringify(projection),
    ...projection.counts,
  };
}

/** Locks the row of a transfer until the transaction ends (an update that changes nothing locks on every engine). Throws TRANSFER_NOT_FOUND. */
export async function lockTransfer(db: LedgerDatabase, transferId: TransferId): Promise<TransferRow> {
  const [row] = (await lockRow(db, { transferId })).rows;
  if (row === undefined) throw new CarryoverError('TRANSFER_NOT_FOUND');
  return row;
}

const lockRow = compiledOnce((db, { transferId }: { readonly transferId: string }) =>
  db
    .updateTable('transfer')
    .set((the) => ({ fence: the.ref('fence') }))
    .where('transfer_id', '=', transferId)
    .returningAll(),
);

/** What changes in the row of a transfer with an event. */
type Head = ReturnType<typeof projectionColumns> &
  Pick<TransferRow, 'transfer_id' | 'head_seq' | 'head_hash' | 'updated_at'>;

/** Writes what follows from the events that were appended into the row of their transfer. */
export const writeHead = compiledOnce((db, head: Head) =>
  db
    .updateTable('transfer')
    .set({
      head_seq: head.head_seq,
      head_hash: head.head_hash,
      updated_at: head.updated_at,
      state: head.state,
      reason: head.reason,
      projection: head.projection,
      resources: head.resources,
      open: head.open,
      confirmed: head.confirmed,
      refused: head.refused,
      unknown: head.unknown,
      withheld: head.withheld,
      repeats: head.repeats,
    })
    .where('transfer_id', '=', head.transfer_id),
);
