import { CarryoverError } from '../../schemas/failures.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Transfer } from '../ledger/transfer-row.ts';
import { transfersOfBatch } from '../ledger/transfers-of-batch.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { openStoredRecord, type StoredRecord } from '../records/stored-record.ts';
import { openMemberRecord } from '../roster/member-records.ts';

/** What is stored of one member. PHI. */
export interface MemberContent extends StoredRecord {
  readonly transfer: Transfer;
  readonly events: readonly LedgerEvent[];
  /** Absent for a row that could not be read. */
  readonly rowId?: string;
}

const nothing: StoredRecord = { lines: [], remarks: { remarks: [] } };

/** The members of a batch in the order of the roster, each with the record, one in memory at a time. Throws OBJECTS_PURGED. */
export async function* deliveredMembers(
  { ledger, objects }: { readonly ledger: Ledger; readonly objects: ObjectStore },
  batchId: BatchId,
): AsyncGenerator<MemberContent> {
  for await (const transfer of transfersOfBatch(ledger, batchId)) {
    const { transferId, state, line, projection } = transfer;
    if (projection.purge !== undefined) throw new CarryoverError('OBJECTS_PURGED', '', { line });
    const record = state === 'stored' ? await openStoredRecord({ objects }, transferId) : nothing;
    const rowId = state === 'invalid' ? undefined : (await openMemberRecord({ objects }, transfer)).rowId;
    const events = await ledger.events(transferId);
    yield { transfer, events, ...(rowId === undefined ? {} : { rowId }), ...record };
  }
}
