import type { TransferId } from '../schemas/ids.ts';
import type { ApprovalDecision } from '../schemas/ledger-events.ts';
import type { TransferState } from '../schemas/states.ts';
import type { Operator } from './operator.ts';
import { recordDeed, type DeedRecorded } from './record-deed.ts';
import { refuseAfterCancel } from './refuse-after-cancel.ts';

/** States in which the counterpart's review can have an outcome; its answer may be quicker than our note that the mail left. */
const underReview: readonly TransferState[] = [
  'prepared',
  'approval-requested',
  'changes-requested',
  'clarification-requested',
];

/** Records the outcome of the counterpart's review (seed, "either approve it or request changes or clarifications"). */
export async function recordApproval(
  operator: Operator,
  { transferId, decision }: { readonly transferId: TransferId; readonly decision: ApprovalDecision },
): Promise<DeedRecorded> {
  await refuseAfterCancel(operator, transferId);
  return recordDeed(operator, {
    transferId,
    signal: 'approvalDecided',
    actor: operator.actor,
    expected: underReview,
    says: ({ deedId }) => ({
      body: { kind: 'approval-decided', deedId, decision },
      message: { deedId, decision },
    }),
  });
}
