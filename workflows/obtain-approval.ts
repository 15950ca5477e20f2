import { CancellationScope, patched } from '@temporalio/workflow';

import type { FailureCode } from '../schemas/failures.ts';
import type { TransferId } from '../schemas/ids.ts';
import type { SendMemberInput } from '../schemas/transfer.ts';
import type { Inbox } from './inbox.ts';
import { preparationOf } from './policies.ts';
import type { SendMail } from './send-mail.ts';

export type Approval =
  | { readonly kind: 'approved' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly reason: FailureCode }
  | { readonly kind: 'expired'; readonly reason: FailureCode };

/**
 * Sends the member-info e-mail and waits for days for the review: approved, or changes or clarification asked for (then it
 * is sent again, as often as it takes), or refused. A token that arrives is a yes.
 */
export async function obtainApproval(input: SendMemberInput, inbox: Inbox, mail: SendMail): Promise<Approval> {
  for (let revision = 1; ; revision += 1) {
    if (inbox.cancelled) return { kind: 'cancelled' };
    await preparationOf(input).requestApproval({ transferId: input.transferId, revision });
    const answer = await awaitReview(input, inbox, mail, revision);
    if (answer !== 'send again') return answer;
  }
}

async function awaitReview(
  input: SendMemberInput,
  inbox: Inbox,
  mail: SendMail,
  revision: number,
): Promise<Approval | 'send again'> {
  const deadlineMs = Date.now() + input.approvalDeadlineMs;
  const somethingCame = () => mail.approvals.size + mail.tokens.size + mail.resubmissions.size > 0;
  const due = reminderTimes(input, deadlineMs);
  for (let reminder = 1; ;) {
    const remindAtMs = due[reminder - 1];
    const waited = await inbox.wait(somethingCame, (remindAtMs ?? deadlineMs) - Date.now());
    if (waited === 'cancelled') return { kind: 'cancelled' };
    if (waited === 'timeout' && remindAtMs === undefined) return { kind: 'expired', reason: 'APPROVAL_EXPIRED' };
    if (waited === 'timeout') {
      if (patched('approval-reminders')) {
        const which = { transferId: input.transferId, revision, reminder };
        await remind(input, which, deadlineMs, inbox, somethingCame);
      }
      reminder += 1;
      continue;
    }
    if (mail.tokens.size > 0) return { kind: 'approved' };
    if (mail.resubmissions.take() !== undefined) return 'send again';
    const decided = mail.approvals.take();
    if (decided?.decision === 'approve') return { kind: 'approved' };
    if (decided?.decision === 'refuse') return { kind: 'refused', reason: 'APPROVAL_REFUSED' };
    // Changes or clarification: the ledger says so; a person resubmits before the deadline, and nobody is reminded till then.
    reminder = due.length + 1;
  }
}

/** When nobody has decided by then, a reminder is mailed; all before the deadline, which stays. */
function reminderTimes({ approvalReminders }: SendMemberInput, deadlineMs: number): readonly number[] {
  if (approvalReminders === undefined) return [];
  const { everyMs, atMost } = approvalReminders;
  const startMs = Date.now();
  const times = Array.from({ length: atMost }, (_, index) => startMs + everyMs * (index + 1));
  return times.filter((atMs) => atMs < deadlineMs);
}

/** Neither the answer nor the deadline is kept waiting by a reminder, nor the review ended by one that could not be mailed. */
async function remind(
  input: SendMemberInput,
  which: { readonly transferId: TransferId; readonly revision: number; readonly reminder: number },
  deadlineMs: number,
  inbox: Inbox,
  somethingCame: () => boolean,
): Promise<void> {
  const scope = new CancellationScope();
  let over = false;
  const reminding = scope
    .run(() => preparationOf(input, deadlineMs - Date.now()).remindOfApproval(which))
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  await inbox.wait(() => over || somethingCame(), 'for ever');
  scope.cancel();
  await reminding;
}
