import { projectEvent, type TransferProjection } from '../../domain/accounting/project-transfer.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent, LedgerEventBody, NewLedgerEvent } from '../../schemas/ledger-events.ts';
import { atomically } from './atomically.ts';
import { canonicalJson, eventHash } from './event-hash.ts';
import { type PreparedSecret, secretRowsOf } from './secret-rows.ts';
import { applySentChanges, type SentChanges } from './sent-resources.ts';
import type { LedgerDatabase } from './tables.ts';
import { lockTransfer, projectionColumns } from './transfer-row.ts';

/** What goes with an event. The changes and the secrets are written only where the event is new. */
export interface AppendOptions extends SentChanges {
  /** The transfer's fence as the writer knows it; another value in the ledger means that the writer was replaced. */
  readonly fence?: number;
  readonly secrets?: readonly PreparedSecret[];
}

interface Outcome {
  readonly kind: 'appended' | 'repeated';
  readonly event: LedgerEvent;
}

/** Appends events to the chain of one transfer in one transaction, in order. Throws TRANSFER_NOT_FOUND and LEDGER_CONFLICT. */
export async function appendAll(
  db: LedgerDatabase,
  clock: () => number,
  transferId: TransferId,
  events: readonly NewLedgerEvent[],
  options: AppendOptions,
): Promise<readonly Outcome[] | 'fenced'> {
  return await atomically(db, async (transaction) => {
    const row = await lockTransfer(transaction, transferId);
    if (events.some((event) => isFenced(row.fence, event, options.fence))) return 'fenced';

    const at = new Date(clock()).toISOString();
    let head = { seq: row.head_seq, hash: row.head_hash };
    let projection = JSON.parse(row.projection) as TransferProjection;
    const outcomes: Outcome[] = [];
    for (const event of events) {
      const first = await findFirst(transaction, transferId, event);
      if (first !== undefined) {
        requireSame(first, event);
        outcomes.push({ kind: 'repeated', event: first });
        continue;
      }
      const appended = await insertEvent(transaction, transferId, event, head, at);
      head = appended;
      projection = projectEvent(projection, appended);
      outcomes.push({ kind: 'appended', event: appended });
    }

    if (head.seq === row.head_seq) return outcomes;
    await transaction
      .updateTable('transfer')
      .set({ head_seq: head.seq, head_hash: head.hash, updated_at: at, ...projectionColumns(projection) })
      .where('transfer_id', '=', transferId)
      .execute();
    await applySentChanges(transaction, row, options);
    for (const secret of options.secrets ?? []) await secret.store(secretRowsOf(transaction, clock));
    return outcomes;
  });
}

function isFenced(current: number, { body }: NewLedgerEvent, given: number | undefined): boolean {
  if (given !== undefined && given !== current) return true;
  return body.kind === 'attempted' && body.fence !== current;
}

async function findFirst(
  db: LedgerDatabase,
  transferId: TransferId,
  { body, subject, tryNumber }: NewLedgerEvent,
): Promise<LedgerEvent | undefined> {
  const row = await db
    .selectFrom('event')
    .selectAll()
    .where('transfer_id', '=', transferId)
    .where('kind', '=', body.kind)
    .where('subject', '=', subject)
    .where('try_number', '=', tryNumber)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { seq, at, actor, hash } = row;
  const first = JSON.parse(row.body) as LedgerEventBody;
  return { seq, subject, tryNumber, at, actor, body: first, previousHash: row.previous_hash, hash };
}

function requireSame(first: LedgerEvent, event: NewLedgerEvent): void {
  const same = first.actor === event.actor && canonicalJson(first.body) === canonicalJson(event.body);
  if (!same) throw new CarryoverError('LEDGER_CONFLICT', `Event ${event.body.kind}, number ${first.seq}.`);
}

async function insertEvent(
  db: LedgerDatabase,
  transferId: TransferId,
  { subject, tryNumber, actor, body }: NewLedgerEvent,
  head: { readonly seq: number; readonly hash: string },
  at: string,
): Promise<LedgerEvent> {
  const text = canonicalJson(body);
  // What is hashed and given back is what a reader will find: the body as it comes out of its JSON.
  const kept = JSON.parse(text) as LedgerEventBody;
  const unhashed = { seq: head.seq + 1, subject, tryNumber, at, actor, body: kept, previousHash: head.hash };
  const hash = eventHash(transferId, unhashed);
  await db
    .insertInto('event')
    .values({
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
    })
    .execute();
  return { ...unhashed, hash };
}
