import { projectEvent } from '../../domain/accounting/project-transfer.ts';
import type { TransferProjection } from '../../domain/accounting/transfer-projection.ts';
import { canonicalJson } from '../../domain/payload/canonical-json.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent, LedgerEventBody, NewLedgerEvent } from '../../schemas/ledger-events.ts';
import { atomically } from './atomically.ts';
import { compiledOnce } from './compiled-once.ts';
import { eventHash } from './event-hash.ts';
import { type PreparedSecret, secretRowsOf } from './secret-rows.ts';
import type { LedgerDatabase, LedgerTables } from './tables.ts';
import { lockTransfer, projectionColumns, writeHead } from './transfer-row.ts';

/** What goes with an event. */
export interface AppendOptions {
  /** The transfer's fence as the writer knows it; another value in the ledger means that the writer was replaced. */
  readonly fence?: number;
  /**
   * What was appended first under this key stands, whatever it says: the step was done, its answer was lost in a crash, and what it
   * says of meanwhile may have changed.
   */
  readonly firstStands?: true;
  /** Written only where the event is new. */
  readonly secrets?: readonly PreparedSecret[];
}

interface Outcome {
  readonly kind: 'appended' | 'repeated';
  readonly event: LedgerEvent;
}

/** A transfer that nobody else can append to until the transaction ends, with everything that was appended in it so far. */
export interface LockedTransfer {
  readonly projection: TransferProjection;
  /** As `append` of the ledger. */
  append(event: NewLedgerEvent, options?: AppendOptions): Promise<Outcome | { readonly kind: 'fenced' }>;
}

/**
 * Locks a transfer and works on it in one transaction: its row is read once and written once, however many events are
 * appended. Throws TRANSFER_NOT_FOUND and LEDGER_CONFLICT.
 */
export async function workOnTransfer<T>(
  db: LedgerDatabase,
  clock: () => number,
  transferId: TransferId,
  work: (transfer: LockedTransfer) => Promise<T>,
): Promise<T> {
  return await atomically(db, async (transaction) => {
    const row = await lockTransfer(transaction, transferId);
    const at = new Date(clock()).toISOString();
    let head = { seq: row.head_seq, hash: row.head_hash };
    let projection = JSON.parse(row.projection) as TransferProjection;

    const result = await work({
      get projection() {
        return projection;
      },
      async append(event, { fence, firstStands, secrets = [] } = {}) {
        if (isFenced(row.fence, event, fence)) return { kind: 'fenced' };
        const appended = await insertEvent(transaction, transferId, event, head, at);
        if (appended === undefined) {
          const first = await theFirst(transaction, transferId, event);
          if (firstStands !== true) requireSame(first, event);
          return { kind: 'repeated', event: first };
        }
        head = appended;
        projection = projectEvent(projection, appended);
        for (const secret of secrets) await secret.store(secretRowsOf(transaction, clock));
        return { kind: 'appended', event: appended };
      },
    });

    if (head.seq > row.head_seq) {
      const columns = { head_seq: head.seq, head_hash: head.hash, updated_at: at, ...projectionColumns(projection) };
      await writeHead(transaction, { transfer_id: transferId, ...columns });
    }
    return result;
  });
}

function isFenced(current: number, { body }: NewLedgerEvent, given: number | undefined): boolean {
  if (given !== undefined && given !== current) return true;
  return body.kind === 'attempted' && body.fence !== current;
}

/** The event that holds the key already. */
async function theFirst(
  db: LedgerDatabase,
  transferId: TransferId,
  { body, subject, tryNumber }: NewLedgerEvent,
): Promise<LedgerEvent> {
  const row = await db
    .selectFrom('event')
    .selectAll()
    .where('transfer_id', '=', transferId)
    .where('kind', '=', body.kind)
    .where('subject', '=', subject)
    .where('try_number', '=', tryNumber)
    .executeTakeFirstOrThrow();
  const { seq, at, actor, hash } = row;
  const first = JSON.parse(row.body) as LedgerEventBody;
  return { seq, subject, tryNumber, at, actor, body: first, previousHash: row.previous_hash, hash };
}

function requireSame(first: LedgerEvent, { actor, body }: NewLedgerEvent): void {
  const same = first.actor === actor && canonicalJson(first.body) === canonicalJson(body);
  if (!same) throw new CarryoverError('LEDGER_CONFLICT', `Event ${body.kind}, number ${first.seq}.`);
}

/** Undefined where the key (kind, subject, try) is taken already. */
async function insertEvent(
  db: LedgerDatabase,
  transferId: TransferId,
  { subject, tryNumber, actor, body }: NewLedgerEvent,
  head: { readonly seq: number; readonly hash: string },
  at: string,
): Promise<LedgerEvent | undefined> {
  const text = canonicalJson(body);
  // What is given back is what a reader will find: the body as it comes out of its JSON.
  const kept = JSON.parse(text) as LedgerEventBody;
  const unhashed = { seq: head.seq + 1, subject, tryNumber, at, actor, body: kept, previousHash: head.hash };
  const hash = eventHash(transferId, unhashed, text);
  const { numAffectedRows } = await insertUnlessTaken(db, {
    transfer_id: transferId,
    seq: unhashed.seq,
    kind: body.kind,
    subject,
    try_number: tryNumber,
    at,
    actor,
    body: text,
    previous_hash: head.hash,
    hash,
  });
  return numAffectedRows === 1n ? { ...unhashed, hash } : undefined;
}

const insertUnlessTaken = compiledOnce((db, event: LedgerTables['event']) =>
  db
    .insertInto('event')
    .values({
      transfer_id: event.transfer_id,
      seq: event.seq,
      kind: event.kind,
      subject: event.subject,
      try_number: event.try_number,
      at: event.at,
      actor: event.actor,
      body: event.body,
      previous_hash: event.previous_hash,
      hash: event.hash,
    })
    .onConflict((conflict) => conflict.columns(['transfer_id', 'kind', 'subject', 'try_number']).doNothing()),
);
