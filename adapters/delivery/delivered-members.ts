import { CarryoverError } from '../../schemas/failures.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import { asObjectKey } from '../../schemas/ids.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';
import type { RecordRemarks } from '../../schemas/record-remarks.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Transfer } from '../ledger/transfer-row.ts';
import { transfersOfBatch } from '../ledger/transfers-of-batch.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { openMemberRecord } from '../roster/member-records.ts';

/** What is stored of one member. PHI. */
export interface MemberContent {
  readonly transfer: Transfer;
  readonly events: readonly LedgerEvent[];
  /** Absent for a row that could not be read. */
  readonly rowId?: string;
  /** Lines of the record, sorted by type, id and content. */
  readonly lines: readonly string[];
  readonly remarks: RecordRemarks;
}

/** The members of a batch in the order of the roster, each with the record, one in memory at a time. Throws OBJECTS_PURGED. */
export async function* deliveredMembers(
  { ledger, objects }: { readonly ledger: Ledger; readonly objects: ObjectStore },
  batchId: BatchId,
): AsyncGenerator<MemberContent> {
  for await (const transfer of transfersOfBatch(ledger, batchId)) {
    const { transferId, state, line, projection } = transfer;
    if (projection.purge !== undefined) throw new CarryoverError('OBJECTS_PURGED', '', { line });
    const lines = state === 'stored' ? await recordLines(objects, transferId) : [];
    const remarks = state === 'stored' ? await remarksOf(objects, transferId, lines) : { remarks: [] };
    const rowId = state === 'invalid' ? undefined : (await openMemberRecord({ objects }, transfer)).rowId;
    const events = await ledger.events(transferId);
    yield { transfer, events, ...(rowId === undefined ? {} : { rowId }), lines, remarks };
  }
}

async function recordLines(objects: ObjectStore, transferId: TransferId): Promise<readonly string[]> {
  const ndjson = (await objects.get(asObjectKey(`record/${transferId}`))).toString();
  return ndjson.split('\n').filter((line) => line !== '');
}

/** Records that were stored before remarks were kept have none; their Patient is the one in the record. */
async function remarksOf(
  objects: ObjectStore,
  transferId: TransferId,
  lines: readonly string[],
): Promise<RecordRemarks> {
  const key = asObjectKey(`remarks/${transferId}`);
  try {
    return JSON.parse((await objects.get(key)).toString()) as RecordRemarks;
  } catch (error) {
    if (!(error instanceof CarryoverError) || error.code !== 'OBJECT_MISSING') throw error;
  }
  const patients = lines.map((line) => JSON.parse(line) as FhirResource).filter((r) => r.resourceType === 'Patient');
  const [only] = patients;
  return { ...(patients.length === 1 && only?.id !== undefined && { patientId: only.id }), remarks: [] };
}
