import { canonicalJson } from '../../domain/payload/canonical-json.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { asDeedId, asTransferId, type BatchId, type DeedId, type TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent, NewLedgerEvent } from '../../schemas/ledger-events.ts';
import type { TransferState } from '../../schemas/states.ts';
import type { TransferSignalName, TransferSignals } from '../../schemas/transfer.ts';
import { workOnTransfer } from './append-events.ts';
import { atomically } from './atomically.ts';
import type { PreparedSecret } from './secret-rows.ts';
import type { LedgerDatabase } from './tables.ts';
import { lockTransfer } from './transfer-row.ts';

type SignalPayload = TransferSignals[TransferSignalName];

/** Something a person or the other side did, and the signal that tells the workflow of it. */
interface Deed {
  readonly deedId: DeedId;
  readonly transferId: TransferId;
  readonly signal: TransferSignalName;
  /** References only: neither PHI nor secrets. */
  readonly payload: SignalPayload;
  readonly actor: string;
}

export interface NewDeed extends Deed {
  readonly event: NewLedgerEvent;
  /** Where the transfer must stand for this; any state where absent. */
  readonly expectedStates?: readonly TransferState[];
  /** Secrets that came with the deed; stored only if it is committed. */
  readonly secrets?: readonly PreparedSecret[];
}

export interface CommittedDeed extends Deed {
  readonly at: string;
}

export type DeedOutcome =
  | { readonly kind: 'committed'; readonly payload: SignalPayload; readonly event: LedgerEvent }
  /** The same deed was committed before, with this payload; nothing was written. */
  | { readonly kind: 'repeated'; readonly payload: SignalPayload }
  /** The transfer stands in another state; nothing was written. */
  | { readonly kind: 'not-expected'; readonly state: TransferState };

export type Deeds = ReturnType<typeof deedsOf>;

export function deedsOf(db: LedgerDatabase, clock: () => number) {
  return {
    /**
     * Commits a deed: its event, its secrets and the signal to deliver, in one transaction.
     * Throws LEDGER_CONFLICT where the deed id or the event key is taken by something else, and TRANSFER_NOT_FOUND.
     */
    commit: async (deed: NewDeed): Promise<DeedOutcome> =>
      await atomically(db, async (transaction) => await commit(transaction, clock, deed)),

    /** Deeds that were committed and not signalled yet, in the order in which they happened. */
    async undelivered(of: { readonly batchId?: BatchId; readonly limit: number }): Promise<readonly CommittedDeed[]> {
      let query = db
        .selectFrom('deed')
        .innerJoin('transfer', 'transfer.transfer_id', 'deed.transfer_id')
        .select(['deed_id', 'deed.transfer_id', 'signal', 'payload', 'actor', 'at'])
        .where('delivered_at', 'is', null);
      if (of.batchId !== undefined) query = query.where('batch_id', '=', of.batchId);
      const rows = await query.orderBy('at').orderBy('event_seq').limit(of.limit).execute();
      return rows.map((row) => ({
        deedId: asDeedId(row.deed_id),
        transferId: asTransferId(row.transfer_id),
        signal: row.signal as TransferSignalName,
        payload: JSON.parse(row.payload) as SignalPayload,
        actor: row.actor,
        at: row.at,
      }));
    },

    /** The signal has reached Temporal. */
    async markDelivered(deedId: DeedId): Promise<void> {
      await atomically(db, async (transaction) => {
        await transaction
          .updateTable('deed')
          .set({ delivered_at: new Date(clock()).toISOString() })
          .where('deed_id', '=', deedId)
          .where('delivered_at', 'is', null)
          .execute();
      });
    },
  };
}

async function commit(db: LedgerDatabase, clock: () => number, deed: NewDeed): Promise<DeedOutcome> {
  const transfer = await lockTransfer(db, deed.transferId);
  const earlier = await payloadOfRepeat(db, deed);
  if (earlier !== undefined) return { kind: 'repeated', payload: earlier };
  const state = transfer.state as TransferState;
  if (deed.expectedStates?.includes(state) === false) return { kind: 'not-expected', state };

  const { event, secrets = [] } = deed;
  const appended = await workOnTransfer(db, clock, deed.transferId, (locked) => locked.append(event, { secrets }));
  // The event stands there already, under another deed: two deeds must not share one event.
  if (appended.kind !== 'appended') throw new CarryoverError('LEDGER_CONFLICT', `Event ${deed.event.body.kind}.`);
  await db
    .insertInto('deed')
    .values({
      deed_id: deed.deedId,
      transfer_id: deed.transferId,
      signal: deed.signal,
      payload: canonicalJson(deed.payload),
      actor: deed.actor,
      at: appended.event.at,
      event_seq: appended.event.seq,
      delivered_at: null,
    })
    .execute();
  return { kind: 'committed', payload: deed.payload, event: appended.event };
}

async function payloadOfRepeat(db: LedgerDatabase, deed: NewDeed): Promise<SignalPayload | undefined> {
  const row = await db
    .selectFrom('deed')
    .select(['transfer_id', 'signal', 'payload'])
    .where('deed_id', '=', deed.deedId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.transfer_id === deed.transferId && row.signal === deed.signal)
    return JSON.parse(row.payload) as SignalPayload;
  throw new CarryoverError('LEDGER_CONFLICT', 'The deed id is taken.');
}
