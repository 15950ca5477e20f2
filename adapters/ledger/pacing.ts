import type { CounterpartId } from '../../schemas/ids.ts';
import { atomically } from './atomically.ts';
import type { LedgerDatabase } from './tables.ts';

/** How fast requests may go to a counterpart. */
export interface Pace {
  readonly requestsPerSecond: number;
  /** How many may go at once after a pause; at least 1. */
  readonly burst: number;
  /** How many are asked for. */
  readonly want: number;
}

export type Pacing = ReturnType<typeof pacingOf>;

/** The pace at each counterpart, shared by all workers: a token bucket per counterpart (rule 9). */
export function pacingOf(db: LedgerDatabase) {
  return {
    /** Takes up to `want` requests from the bucket. With none granted, `waitMs` says when to ask again. */
    async lease(
      counterpartId: CounterpartId,
      pace: Pace,
      nowMs: number,
    ): Promise<{ readonly granted: number; readonly waitMs: number }> {
      return await atomically(db, async (transaction) => {
        const bucket = await lockBucket(transaction, counterpartId, pace, nowMs);
        if (nowMs < bucket.not_before_ms) return { granted: 0, waitMs: bucket.not_before_ms - nowMs };
        const tokens = refilled(bucket, pace, nowMs);
        const granted = Math.min(pace.want, Math.floor(tokens));
        if (granted === 0) return { granted, waitMs: Math.ceil(((1 - tokens) / pace.requestsPerSecond) * 1000) };
        await transaction
          .updateTable('pacing')
          .set({ tokens: tokens - granted, refilled_at_ms: Math.max(nowMs, bucket.refilled_at_ms) })
          .where('counterpart_id', '=', counterpartId)
          .execute();
        return { granted, waitMs: 0 };
      });
    },

    /** Nobody sends to the counterpart before this time; an earlier time than the one that stands changes nothing. */
    async postpone(counterpartId: CounterpartId, notBeforeMs: number): Promise<void> {
      await atomically(db, async (transaction) => {
        const empty = { counterpart_id: counterpartId, tokens: 0, refilled_at_ms: notBeforeMs };
        await transaction
          .insertInto('pacing')
          .values({ ...empty, not_before_ms: notBeforeMs })
          .onConflict((conflict) =>
            conflict
              .column('counterpart_id')
              .doUpdateSet({ not_before_ms: notBeforeMs })
              .where('pacing.not_before_ms', '<', notBeforeMs),
          )
          .execute();
      });
    },
  };
}

interface Bucket {
  readonly tokens: number;
  readonly refilled_at_ms: number;
  readonly not_before_ms: number;
}

/** Reads the bucket, full where it is new, and keeps others from it until the transaction ends. */
async function lockBucket(
  db: LedgerDatabase,
  counterpartId: CounterpartId,
  pace: Pace,
  nowMs: number,
): Promise<Bucket> {
  return await db
    .insertInto('pacing')
    .values({ counterpart_id: counterpartId, tokens: size(pace), refilled_at_ms: nowMs, not_before_ms: 0 })
    .onConflict((conflict) =>
      conflict.column('counterpart_id').doUpdateSet((the) => ({ tokens: the.ref('pacing.tokens') })),
    )
    .returning(['tokens', 'refilled_at_ms', 'not_before_ms'])
    .executeTakeFirstOrThrow();
}

function refilled({ tokens, refilled_at_ms }: Bucket, pace: Pace, nowMs: number): number {
  const elapsedMs = Math.max(0, nowMs - refilled_at_ms);
  return Math.min(size(pace), tokens + (elapsedMs / 1000) * pace.requestsPerSecond);
}

function size({ burst }: Pace): number {
  return Math.max(1, burst);
}
