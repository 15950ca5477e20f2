import { memberRecordObjectOf, openMemberRecord } from '../adapters/roster/member-records.ts';
import type { TransferId } from '../schemas/ids.ts';
import type { MemberRecord } from '../schemas/roster.ts';
import type { Operator } from './operator.ts';
import { recordDeed, type DeedRecorded } from './record-deed.ts';
import { refuseAfterCancel } from './refuse-after-cancel.ts';

/**
 * Sends the member-info e-mail again after changes or clarification were asked for, with corrected data where given. The
 * earlier data are kept under their own revision.
 */
export async function resubmit(
  operator: Operator,
  { transferId, corrections }: { readonly transferId: TransferId; readonly corrections: Partial<MemberRecord> },
): Promise<DeedRecorded> {
  await refuseAfterCancel(operator, transferId);
  const transfer = await operator.ledger.transfers.get(transferId);
  const revision = transfer.projection.revision + 1;
  const record = await openMemberRecord(operator, transfer);
  const corrected = memberRecordObjectOf(transferId, revision);
  await operator.objects.put(corrected, Buffer.from(JSON.stringify({ ...record, ...corrections })), { replace: true });
  return recordDeed(operator, {
    transferId,
    signal: 'resubmitted',
    actor: operator.actor,
    alongside: (actions) => actions.transfers.setRecord(transferId, corrected, revision),
    expected: ['changes-requested', 'clarification-requested', 'approval-requested'],
    says: ({ deedId }) => ({
      body: { kind: 'resubmitted', deedId, revision, recordObject: corrected },
      message: { deedId, revision },
    }),
  });
}
