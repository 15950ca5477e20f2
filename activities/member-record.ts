import type { TransferId } from '../schemas/ids.ts';
import type { MemberRecord } from '../schemas/roster.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Opens the sealed member record of a transfer: the newest revision of it. PHI: keep it inside the activity. */
export async function openMemberRecord(
  { ledger, objects }: Pick<ActivityDependencies, 'ledger' | 'objects'>,
  transferId: TransferId,
): Promise<MemberRecord> {
  const { recordObject } = await ledger.transfers.get(transferId);
  return JSON.parse((await objects.get(recordObject)).toString()) as MemberRecord;
}
