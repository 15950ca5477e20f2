import { CarryoverError } from '../../schemas/failures.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import { asObjectKey, type ObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { RecordRemarks } from '../../schemas/record-remarks.ts';
import type { ObjectStore } from '../objects/object-store.ts';

/** What is stored of one member. PHI. */
export interface StoredRecord {
  /** Lines of the record, sorted by type, id and content. */
  readonly lines: readonly string[];
  readonly remarks: RecordRemarks;
}

/** Where the record of a transfer is kept, and what was remarked on it. */
export function recordObjectOf(transferId: TransferId): ObjectKey {
  return asObjectKey(`record/${transferId}`);
}

export function remarksObjectOf(transferId: TransferId): ObjectKey {
  return asObjectKey(`remarks/${transferId}`);
}

/** Opens the record of a transfer that stored one. Throws OBJECT_MISSING, OBJECT_UNREADABLE. */
export async function openStoredRecord(
  { objects }: { readonly objects: ObjectStore },
  transferId: TransferId,
): Promise<StoredRecord> {
  const ndjson = (await objects.get(recordObjectOf(transferId))).toString();
  const lines = ndjson.split('\n').filter((line) => line !== '');
  return { lines, remarks: await remarksOf(objects, transferId, lines) };
}

/** Records that were stored before remarks were kept have none; their Patient is the one in the record. */
async function remarksOf(
  objects: ObjectStore,
  transferId: TransferId,
  lines: readonly string[],
): Promise<RecordRemarks> {
  try {
    return JSON.parse((await objects.get(remarksObjectOf(transferId))).toString()) as RecordRemarks;
  } catch (error) {
    if (!(error instanceof CarryoverError) || error.code !== 'OBJECT_MISSING') throw error;
  }
  const patients = lines.map((line) => JSON.parse(line) as FhirResource).filter((r) => r.resourceType === 'Patient');
  const [only] = patients;
  return { ...(patients.length === 1 && only?.id !== undefined && { patientId: only.id }), remarks: [] };
}
