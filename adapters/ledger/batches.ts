import { createHash } from 'node:crypto';

import type { Selectable } from 'kysely';

import { CarryoverError } from '../../schemas/failures.ts';
import {
  asBatchId,
  asCounterpartId,
  asObjectKey,
  type BatchId,
  type CounterpartId,
  type Direction,
  type ObjectKey,
} from '../../schemas/ids.ts';
import { atomically } from './atomically.ts';
import type { LedgerDatabase, LedgerTables } from './tables.ts';

/** What a batch is launched with. */
export interface NewBatch {
  readonly batchId: BatchId;
  readonly direction: Direction;
  readonly counterpartId: CounterpartId;
  readonly profileHash: string;
  /** The counterpart profile as it was at the launch, sealed. */
  readonly profileObject: ObjectKey;
  readonly rosterObject: ObjectKey;
  /** Keyed hash of the roster's bytes. */
  readonly rosterHash: string;
  /** Where the members' records are, sealed, because the path may say something about them. */
  readonly sourceDirObject?: ObjectKey;
  readonly actor: string;
  /** Receive: only what has changed since an earlier batch; of this one, or of whatever came last of each member. */
  readonly update?: { readonly earlierBatchId?: BatchId };
}

export interface Batch extends NewBatch {
  readonly createdAt: string;
  /** How many rows the roster has; absent until it is read to its end. */
  readonly rows?: number;
  /** True when every row has its transfer. */
  readonly launched: boolean;
  readonly closedAt?: string;
  readonly headHash?: string;
}

export type Created = { readonly kind: 'created' } | { readonly kind: 'duplicate'; readonly batchId: BatchId };

export type Batches = ReturnType<typeof batchesOf>;

export function batchesOf(db: LedgerDatabase, clock: () => number) {
  const now = (): string => new Date(clock()).toISOString();
  return {
    /**
     * Records a batch. The same roster at the same counterpart in the same direction is a `duplicate` of the earlier batch, unless
     * `allowDuplicate` is set. Creating the same batch id again is harmless.
     */
    async create(batch: NewBatch & { readonly allowDuplicate?: boolean }): Promise<Created> {
      return await atomically(db, async (transaction) => {
        await lockLaunches(transaction);
        const earlier = await findLaunch(transaction, batch);
        if (earlier.includes(batch.batchId)) return { kind: 'created' };
        const [duplicateOf] = earlier;
        if (duplicateOf !== undefined && batch.allowDuplicate !== true)
          return { kind: 'duplicate', batchId: duplicateOf };
        await insertBatch(transaction, batch, now());
        return { kind: 'created' };
      });
    },

    /** Throws BATCH_NOT_FOUND. */
    async get(batchId: BatchId): Promise<Batch> {
      const row = await db.selectFrom('batch').selectAll().where('batch_id', '=', batchId).executeTakeFirst();
      if (row === undefined) throw new CarryoverError('BATCH_NOT_FOUND');
      return batchOf(row);
    },

    /** Every batch, the newest first. */
    async list(): Promise<readonly Batch[]> {
      const rows = await db.selectFrom('batch').selectAll().orderBy('created_at', 'desc').orderBy('batch_id').execute();
      return rows.map(batchOf);
    },

    setRows: async (batchId: BatchId, rows: number): Promise<void> => await update(db, batchId, { rows }),
    /** Every row has its transfer: this is how many there are. */
    markLaunched: async (batchId: BatchId, rows: number): Promise<void> =>
      await update(db, batchId, { rows, launched: 1 }),

    /**
     * Closes a batch under the hash of all its transfers' heads. Closing again takes the hash anew, which is right after a late
     * decision; the first closing time stays.
     */
    async close(batchId: BatchId): Promise<{ readonly headHash: string }> {
      return await atomically(db, async (transaction) => {
        await lockLaunches(transaction);
        const headHash = await headHashOf(transaction, batchId);
        await transaction
          .updateTable('batch')
          .set((the) => ({ head_hash: headHash, closed_at: the.fn.coalesce('closed_at', the.val(now())) }))
          .where('batch_id', '=', batchId)
          .execute();
        return { headHash };
      });
    },

    /** The hash of all heads as they are now: equals the one that the batch was closed under while nothing has changed. */
    headHash: async (batchId: BatchId): Promise<string> => await headHashOf(db, batchId),
  };
}

/** Two launches of one roster at the same moment must see each other. */
async function lockLaunches(db: LedgerDatabase): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name: 'launches', value: '' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: '' }))
    .execute();
}

async function findLaunch(
  db: LedgerDatabase,
  { rosterHash, counterpartId, direction }: NewBatch,
): Promise<readonly BatchId[]> {
  const rows = await db
    .selectFrom('batch')
    .select('batch_id')
    .where('roster_hash', '=', rosterHash)
    .where('counterpart_id', '=', counterpartId)
    .where('direction', '=', direction)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => asBatchId(row.batch_id));
}

async function insertBatch(db: LedgerDatabase, batch: NewBatch, createdAt: string): Promise<void> {
  await db
    .insertInto('batch')
    .values({
      batch_id: batch.batchId,
      direction: batch.direction,
      counterpart_id: batch.counterpartId,
      profile_hash: batch.profileHash,
      profile_object: batch.profileObject,
      roster_object: batch.rosterObject,
      roster_hash: batch.rosterHash,
      source_dir_object: batch.sourceDirObject ?? null,
      actor: batch.actor,
      created_at: createdAt,
      rows: null,
      launched: 0,
      closed_at: null,
      head_hash: null,
      is_update: batch.update === undefined ? 0 : 1,
      update_of: batch.update?.earlierBatchId ?? null,
    })
    .execute();
}

async function update(
  db: LedgerDatabase,
  batchId: BatchId,
  values: { readonly rows: number; readonly launched?: 1 },
): Promise<void> {
  await atomically(db, async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('batch')
      .set(values)
      .where('batch_id', '=', batchId)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new CarryoverError('BATCH_NOT_FOUND');
  });
}

/** SHA-256 over `transferId:seq:hash` of every transfer, one a line, in the order of the transfer ids. */
async function headHashOf(db: LedgerDatabase, batchId: BatchId): Promise<string> {
  const heads = await db
    .selectFrom('transfer')
    .select(['transfer_id', 'head_seq', 'head_hash'])
    .where('batch_id', '=', batchId)
    .execute();
  const lines = heads.map((head) => `${head.transfer_id}:${head.head_seq}:${head.head_hash}\n`).toSorted();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

function batchOf(row: Selectable<LedgerTables['batch']>): Batch {
  return {
    batchId: asBatchId(row.batch_id),
    direction: row.direction as Direction,
    counterpartId: asCounterpartId(row.counterpart_id),
    profileHash: row.profile_hash,
    profileObject: asObjectKey(row.profile_object),
    rosterObject: asObjectKey(row.roster_object),
    rosterHash: row.roster_hash,
    ...(row.source_dir_object === null ? {} : { sourceDirObject: asObjectKey(row.source_dir_object) }),
    actor: row.actor,
    createdAt: row.created_at,
    ...(row.rows === null ? {} : { rows: row.rows }),
    launched: row.launched === 1,
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
    ...(row.head_hash === null ? {} : { headHash: row.head_hash }),
    ...(row.is_update === 1 && {
      update: row.update_of === null ? {} : { earlierBatchId: asBatchId(row.update_of) },
    }),
  };
}
