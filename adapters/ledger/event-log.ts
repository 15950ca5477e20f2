import { projectEvent } from '../../domain/accounting/project-transfer.ts';
import { initialProjection, type TransferProjection } from '../../domain/accounting/transfer-projection.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent, LedgerEventBody, NewLedgerEvent } from '../../schemas/ledger-events.ts';
import { type AppendOptions, type LockedTransfer, workOnTransfer } from './append-events.ts';
import type { LedgerDatabase } from './tables.ts';
import { type ChainVerdict, verifyChain } from './verify-chain.ts';

export type Appended =
  | {
      /** `repeated`: the same was appended before, and this is the first. Who is about to write to the other side goes on only at `appended`. */
      readonly kind: 'appended' | 'repeated';
      readonly event: LedgerEvent;
    }
  /** The fence of the transfer is no longer the one that was given: another worker has taken over, nothing was written. */
  | { readonly kind: 'fenced' };

export type EventLog = ReturnType<typeof eventLogOf>;

/** The events of transfers: appended, never changed. */
export function eventLogOf(db: LedgerDatabase, clock: () => number) {
  return {
    /**
     * Appends one event, in one transaction with the hash chain, the projection and what it changes elsewhere. The same
     * (kind, subject, try) again returns the first event. An `attempted` must hold the current fence; with `fence` given, any event must.
     * Throws LEDGER_CONFLICT where other content stands under the same key, unless the first one stands, and TRANSFER_NOT_FOUND.
     */
    async append(transferId: TransferId, event: NewLedgerEvent, options: AppendOptions = {}): Promise<Appended> {
      return await workOnTransfer(db, clock, transferId, (transfer) => transfer.append(event, options));
    },

    /**
     * Works on a transfer that nobody else can append to meanwhile, in one transaction: all of its events, or none. Await nothing
     * else in it than the ledger. Throws what the work throws, LEDGER_CONFLICT and TRANSFER_NOT_FOUND.
     */
    withTransfer: async <T>(transferId: TransferId, work: (transfer: LockedTransfer) => Promise<T>): Promise<T> =>
      await workOnTransfer(db, clock, transferId, work),

    /** The events of a transfer in the order in which they were appended. */
    events: async (transferId: TransferId): Promise<readonly LedgerEvent[]> => await readEvents(db, transferId),

    /** Computes the hash chain of a transfer again and compares it with what stands in the ledger. */
    verifyChain: async (transferId: TransferId): Promise<ChainVerdict> =>
      await verifyChain(db, transferId, await readEvents(db, transferId)),

    /** The projection as it follows from the events alone. It is not written: it must equal the stored one. */
    async rebuildProjection(transferId: TransferId): Promise<TransferProjection> {
      return (await readEvents(db, transferId)).reduce(projectEvent, initialProjection);
    },
  };
}

async function readEvents(db: LedgerDatabase, transferId: TransferId): Promise<readonly LedgerEvent[]> {
  const rows = await db.selectFrom('event').selectAll().where('transfer_id', '=', transferId).orderBy('seq').execute();
  return rows.map((row) => ({
    seq: row.seq,
    subject: row.subject,
    tryNumber: row.try_number,
    at: row.at,
    actor: row.actor,
    body: JSON.parse(row.body) as LedgerEventBody,
    previousHash: row.previous_hash,
    hash: row.hash,
  }));
}
