import type { CounterpartId, TransferId } from '../../schemas/ids.ts';
import { atomically } from './atomically.ts';
import type { LedgerDatabase } from './tables.ts';

/** One slice that works, or wants to work, on a member at a counterpart. */
export interface LeaseHolder {
  readonly counterpartId: CounterpartId;
  readonly transferId: TransferId;
  /** Different for every attempt of a slice. */
  readonly holder: string;
}

export interface LeaseRequest extends LeaseHolder {
  readonly concurrentMembers: number;
  /** Whose token ends first goes first. Milliseconds since 1970. */
  readonly tokenEndsAtMs: number;
  /** How long the lease holds, and how long a place in the line, unless they are asked for again. Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly lineExpiresAtMs: number;
}

export type Leases = ReturnType<typeof leasesOf>;

/** Members in flight at each counterpart, over all workers and batches: a lease each, and a line of those who wait (rule 9). */
export function leasesOf(db: LedgerDatabase) {
  return {
    /**
     * Lets a member in while fewer than `concurrentMembers` are in flight and nobody in the line goes before it; else it gets its
     * place in the line. A later attempt takes over the lease of its own member.
     */
    async admit(request: LeaseRequest, nowMs: number): Promise<boolean> {
      return await atomically(db, async (transaction) => {
        await dropExpired(transaction, request.counterpartId, nowMs);
        const leases = await transaction
          .selectFrom('member_lease')
          .select(['transfer_id', 'in_flight', 'token_ends_at_ms'])
          .where('counterpart_id', '=', request.counterpartId)
          .execute();
        const goesBefore = leases.filter(
          (lease) => lease.transfer_id !== request.transferId && (lease.in_flight === 1 || isBefore(lease, request)),
        );
        const own = leases.find((lease) => lease.transfer_id === request.transferId);
        const admitted = own?.in_flight === 1 || goesBefore.length < request.concurrentMembers;
        await write(transaction, request, admitted);
        return admitted;
      });
    },

    /** Keeps a lease. False where it has run out, or another attempt holds it: then others may be in flight instead. */
    async renew(
      { counterpartId, transferId, holder }: LeaseHolder,
      expiresAtMs: number,
      nowMs: number,
    ): Promise<boolean> {
      return await atomically(db, async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('member_lease')
          .set({ expires_at_ms: expiresAtMs })
          .where('counterpart_id', '=', counterpartId)
          .where('transfer_id', '=', transferId)
          .where('holder', '=', holder)
          .where('expires_at_ms', '>', nowMs)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      });
    },

    /** The member is no longer in flight, nor in the line. What another attempt holds stays. */
    async leave({ counterpartId, transferId, holder }: LeaseHolder): Promise<void> {
      await atomically(db, async (transaction) => {
        await transaction
          .deleteFrom('member_lease')
          .where('counterpart_id', '=', counterpartId)
          .where('transfer_id', '=', transferId)
          .where('holder', '=', holder)
          .execute();
      });
    },
  };
}

function isBefore(
  lease: { readonly transfer_id: string; readonly token_ends_at_ms: number },
  { tokenEndsAtMs, transferId }: LeaseRequest,
): boolean {
  if (lease.token_ends_at_ms !== tokenEndsAtMs) return lease.token_ends_at_ms < tokenEndsAtMs;
  return lease.transfer_id < transferId;
}

async function write(db: LedgerDatabase, request: LeaseRequest, admitted: boolean): Promise<void> {
  const values = {
    holder: request.holder,
    in_flight: admitted ? 1 : 0,
    token_ends_at_ms: request.tokenEndsAtMs,
    expires_at_ms: admitted ? request.expiresAtMs : request.lineExpiresAtMs,
  };
  await db
    .insertInto('member_lease')
    .values({ counterpart_id: request.counterpartId, transfer_id: request.transferId, ...values })
    .onConflict((conflict) => conflict.columns(['counterpart_id', 'transfer_id']).doUpdateSet(values))
    .execute();
}

async function dropExpired(db: LedgerDatabase, counterpartId: CounterpartId, nowMs: number): Promise<void> {
  await db
    .deleteFrom('member_lease')
    .where('counterpart_id', '=', counterpartId)
    .where('expires_at_ms', '<=', nowMs)
    .execute();
}
