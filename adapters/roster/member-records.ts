import { asObjectKey, type ObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import type { ObjectStore } from '../objects/object-store.ts';

/** Where a revision of a transfer's member record is kept; 1 is the row as it was launched. */
export function memberRecordObjectOf(transferId: TransferId, revision: number): ObjectKey {
  return asObjectKey(`member/${transferId}/${revision}`);
}

/** Opens the sealed member record of a transfer: its newest revision. PHI: keep it where it is used. Throws OBJECT_MISSING, OBJECT_UNREADABLE. */
export async function openMemberRecord(
  { objects }: { readonly objects: ObjectStore },
  { recordObject }: { readonly recordObject: ObjectKey },
): Promise<MemberRecord> {
  return JSON.parse((await objects.get(recordObject)).toString()) as MemberRecord;
}
