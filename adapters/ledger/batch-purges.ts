import type { BatchId } from '../../schemas/ids.ts';
import { atomically } from './atomically.ts';
import type { LedgerDatabase } from './tables.ts';

/** That what a batch was launched with (the roster, and where the records were) was removed. */
export interface BatchPurge {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  /** Why, as the name of a rule. */
  readonly policy: string;
  /** On disk. */
  readonly bytes: number;
}

export type BatchPurges = ReturnType<typeof batchPurgesOf>;

export function batchPurgesOf(db: LedgerDatabase, clock: () => number) {
  return {
    /** Written before anything is removed; the first one stands. */
    async record(batchId: BatchId, purge: Omit<BatchPurge, 'at'>): Promise<void> {
      await atomically(db, async (transaction) => {
        await transaction
          .insertInto('batch_purge')
          .values({ batch_id: batchId, at: new Date(clock()).toISOString(), ...purge })
          .onConflict((conflict) => conflict.column('batch_id').doNothing())
          .execute();
      });
    },

    async get(batchId: BatchId): Promise<BatchPurge | undefined> {
      const row = await db.selectFrom('batch_purge').selectAll().where('batch_id', '=', batchId).executeTakeFirst();
      return row && { at: row.at, actor: row.actor, policy: row.policy, bytes: row.bytes };
    },
  };
}
