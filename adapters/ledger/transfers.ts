import { initialProjection } from '../../domain/accounting/transfer-projection.ts';
import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { BatchId, CounterpartId, Direction, ObjectKey, TransferId } from '../../schemas/ids.ts';
import type { EarlierTransfer } from '../../schemas/ledger-events.ts';
import type { TransferState } from '../../schemas/states.ts';
import { workOnTransfer } from './append-events.ts';
import { atomically } from './atomically.ts';
import { batchProgress, type Progress } from './batch-progress.ts';
import { endedTransfers, type EndedTransfers } from './ended-transfers.ts';
import { noHash } from './event-hash.ts';
import type { LedgerDatabase } from './tables.ts';
import { lockTransfer, projectionColumns, type Transfer, transferOf } from './transfer-row.ts';

export interface NewTransfer {
  readonly transferId: TransferId;
  readonly batchId: BatchId;
  /** Line of the roster. */
  readonly line: number;
  /** Keyed hash of the row id, and of what tells members apart; for an invalid row, of what tells it from other rows. */
  readonly rowKey: string;
  readonly memberKey: string;
  readonly direction: Direction;
  readonly counterpartId: CounterpartId;
  /** Where the sealed member record is. */
  readonly recordObject: ObjectKey;
  /** `worker` where left out. */
  readonly actor?: string;
  /** Of an update: the transfer that it follows. */
  readonly earlier?: EarlierTransfer;
}

/** `known`: the transfer was recorded before; compare `line` to tell a repeat from a second row of the same member. */
export type Recorded = { readonly kind: 'recorded' | 'known'; readonly line: number };

export type Transfers = ReturnType<typeof transfersOf>;

export function transfersOf(db: LedgerDatabase, clock: () => number) {
  return {
    /** Records a transfer with its `recorded` event, once: the ledger's row, not Temporal's id, refuses a second launch (rule 7). */
    record: async (transfer: NewTransfer): Promise<Recorded> => await record(db, clock, transfer),

    /** Throws TRANSFER_NOT_FOUND. */
    async get(transferId: TransferId): Promise<Transfer> {
      const transfer = await find(db, transferId);
      if (transfer === undefined) throw new CarryoverError('TRANSFER_NOT_FOUND');
      return transfer;
    },

    find: async (transferId: TransferId): Promise<Transfer | undefined> => await find(db, transferId),

    /** The newest transfer that stored a record of a member at a counterpart. */
    async newestStored(of: {
      readonly counterpartId: CounterpartId;
      readonly memberKey: string;
    }): Promise<Transfer | undefined> {
      const row = await db
        .selectFrom('transfer')
        .selectAll()
        .where('member_key', '=', of.memberKey)
        .where('counterpart_id', '=', of.counterpartId)
        .where('direction', '=', 'receive')
        .where('state', '=', 'stored')
        .orderBy('created_at', 'desc')
        .orderBy('transfer_id')
        .executeTakeFirst();
      return row === undefined ? undefined : transferOf(row);
    },

    /** As `get`, within a transaction: nobody else appends to the transfer until it ends. */
    lock: async (transferId: TransferId): Promise<Transfer> => transferOf(await lockTransfer(db, transferId)),

    /** Transfers of a batch in the order of the roster. `after`: the last one of the page before. */
    async list(of: {
      readonly batchId: BatchId;
      readonly states?: readonly TransferState[];
      readonly after?: TransferId;
      readonly limit?: number;
    }): Promise<readonly Transfer[]> {
      if (of.states?.length === 0) return [];
      let query = db.selectFrom('transfer').selectAll().where('batch_id', '=', of.batchId);
      if (of.states !== undefined) query = query.where('state', 'in', of.states);
      const { after } = of;
      if (after !== undefined) {
        query = query.where('line', '>', (the) =>
          the.selectFrom('transfer as last').select('last.line').where('last.transfer_id', '=', after),
        );
      }
      if (of.limit !== undefined) query = query.limit(of.limit);
      return (await query.orderBy('line').orderBy('transfer_id').execute()).map(transferOf);
    },

    /** Whether any transfer of a batch stands in one of these states; looks at one of them, however large the batch. */
    async anyIn(batchId: BatchId, states: readonly TransferState[]): Promise<boolean> {
      const query = db.selectFrom('transfer').select('transfer_id').where('batch_id', '=', batchId);
      return (await query.where('state', 'in', states).limit(1).executeTakeFirst()) !== undefined;
    },

    /** A page of the transfers of a batch that were closed before a time. */
    ended: async (of: EndedTransfers): Promise<readonly TransferId[]> => await endedTransfers(db, of),

    /** The transfer of a roster row, by the keyed hash of its row id; the first one where the roster names it twice. */
    async findByRow(batchId: BatchId, rowKey: string): Promise<Transfer | undefined> {
      const row = await db
        .selectFrom('transfer')
        .selectAll()
        .where('batch_id', '=', batchId)
        .where('row_key', '=', rowKey)
        .orderBy('line')
        .executeTakeFirst();
      return row === undefined ? undefined : transferOf(row);
    },

    /** How many rows of a batch stand where, with the sum of their resources. One query, however large the batch. */
    progress: async (batchId: BatchId): Promise<Progress> => await batchProgress(db, batchId),

    /** The transfers of a member at a counterpart that have confirmed or unknown resources, the oldest first. */
    async sentOfMember(of: {
      readonly counterpartId: CounterpartId;
      readonly memberKey: string;
      readonly except?: TransferId;
    }): Promise<readonly Transfer[]> {
      const rows = await db
        .selectFrom('transfer')
        .selectAll()
        .where('member_key', '=', of.memberKey)
        .where('counterpart_id', '=', of.counterpartId)
        .where('transfer_id', '!=', of.except ?? '')
        .where('direction', '=', 'send')
        .where((the) => the.or([the('confirmed', '>', 0), the('unknown', '>', 0)]))
        .orderBy('created_at')
        .orderBy('transfer_id')
        .execute();
      return rows.map(transferOf);
    },

    /** How many resources of the member other transfers at this counterpart left unknown and undecided, ended ones too. */
    async openUnknownsOfMember(
      counterpartId: CounterpartId,
      memberKey: string,
      exceptTransferId: TransferId,
    ): Promise<number> {
      const rows = await db
        .selectFrom('transfer')
        .selectAll()
        .where('member_key', '=', memberKey)
        .where('counterpart_id', '=', counterpartId)
        .where('transfer_id', '!=', exceptTransferId)
        .where('unknown', '>', 0)
        .execute();
      return rows.reduce((sum, row) => sum + unknownOrdinals(transferOf(row).projection.writes).length, 0);
    },

    /** Names the sealed member record, and which revision of it this is. Throws TRANSFER_NOT_FOUND. */
    async setRecord(transferId: TransferId, recordObject: ObjectKey, revision: number): Promise<void> {
      await atomically(db, async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('transfer')
          .set({ record_object: recordObject, record_revision: revision })
          .where('transfer_id', '=', transferId)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw new CarryoverError('TRANSFER_NOT_FOUND');
      });
    },

    /** Takes a transfer over: whoever holds a lower fence can begin no further write. Returns the new fence. Throws TRANSFER_NOT_FOUND. */
    async raiseFence(transferId: TransferId): Promise<number> {
      return await atomically(db, async (transaction) => {
        const row = await transaction
          .updateTable('transfer')
          .set((the) => ({ fence: the('fence', '+', 1) }))
          .where('transfer_id', '=', transferId)
          .returning('fence')
          .executeTakeFirst();
        if (row === undefined) throw new CarryoverError('TRANSFER_NOT_FOUND');
        return row.fence;
      });
    },
  };
}

async function find(db: LedgerDatabase, transferId: TransferId): Promise<Transfer | undefined> {
  const row = await db.selectFrom('transfer').selectAll().where('transfer_id', '=', transferId).executeTakeFirst();
  return row === undefined ? undefined : transferOf(row);
}

async function record(db: LedgerDatabase, clock: () => number, transfer: NewTransfer): Promise<Recorded> {
  return await atomically(db, async (transaction) => {
    const at = new Date(clock()).toISOString();
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto('transfer')
      .values({
        transfer_id: transfer.transferId,
        batch_id: transfer.batchId,
        line: transfer.line,
        row_key: transfer.rowKey,
        member_key: transfer.memberKey,
        direction: transfer.direction,
        counterpart_id: transfer.counterpartId,
        record_object: transfer.recordObject,
        record_revision: 1,
        fence: 0,
        head_seq: 0,
        head_hash: noHash,
        ...projectionColumns(initialProjection),
        created_at: at,
        updated_at: at,
      })
      .onConflict((conflict) => conflict.column('transfer_id').doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) {
      const known = await transaction
        .selectFrom('transfer')
        .select('line')
        .where('transfer_id', '=', transfer.transferId)
        .executeTakeFirstOrThrow();
      return { kind: 'known', line: known.line };
    }
    await workOnTransfer(transaction, clock, transfer.transferId, (locked) => locked.append(recordedEvent(transfer)));
    return { kind: 'recorded', line: transfer.line };
  });
}

function recordedEvent({ actor = 'worker', direction, counterpartId, batchId, line, earlier }: NewTransfer) {
  return {
    subject: '',
    tryNumber: 1,
    actor,
    body: { kind: 'recorded', direction, counterpartId, batchId, line, ...(earlier !== undefined && { earlier }) },
  } as const;
}
