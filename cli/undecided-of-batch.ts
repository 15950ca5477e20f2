import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';
import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { transfersOfBatch } from '../adapters/ledger/transfers-of-batch.ts';
import { unknownResources, type UnknownResource } from '../domain/accounting/unknown-resources.ts';
import { unknownOrdinals } from '../domain/accounting/write-account.ts';
import type { BatchId } from '../schemas/ids.ts';
import type { LedgerEvent } from '../schemas/ledger-events.ts';
import type { TransferState } from '../schemas/states.ts';

export interface UndecidedTransfer {
  readonly transfer: Transfer;
  /** Empty where late answers have settled everything, and the transfer still waits for a word. */
  readonly unknowns: readonly UnknownResource[];
}

/** States in which nothing is in flight and unknowns can be left: the transfer waits for a decision, or has ended before one. */
const states: readonly TransferState[] = [
  'needs-decision',
  'sent-with-exceptions',
  'refused',
  'expired',
  'cancelled',
  'failed',
];

/** The transfers of a batch that somebody still has to decide about, in the order of the roster. */
export async function* undecidedOfBatch(
  { ledger }: Pick<DataDir, 'ledger'>,
  batchId: BatchId,
): AsyncGenerator<UndecidedTransfer> {
  for await (const transfer of transfersOfBatch(ledger, batchId, states)) {
    const { state, writes } = transfer.projection;
    if (state !== 'needs-decision' && unknownOrdinals(writes).length === 0) continue;
    const events = await ledger.events(transfer.transferId);
    const unknowns = unknownResources(writes, events);
    if (unknowns.length > 0 || !isDecided(events)) yield { transfer, unknowns };
  }
}

/** Whether the last question was answered, and only a worker has not taken it yet. */
function isDecided(events: readonly LedgerEvent[]): boolean {
  const last = events.findLast(({ body }) => body.kind === 'unknowns-found' || body.kind === 'unknowns-decided');
  return last?.body.kind === 'unknowns-decided';
}
