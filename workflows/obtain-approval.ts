import type { FailureCode } from '../schemas/failures.ts';
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
    const answer = await awaitReview(input, inbox, mail);
    if (answer !== 'send again') return answer;
  }
}

async function awaitReview(input: SendMemberInput, inbox: Inbox, mail: SendMail): Promise<Approval | 'send again'> {
  const deadlineMs = Date.now() + input.approvalDeadlineMs;
  for (;;) {
    const somethingCame = () => mail.approvals.size + mail.tokens.size + mail.resubmissions.size > 0;
    const waited = await inbox.wait(somethingCame, deadlineMs - Date.now());
    if (waited === 'cancelled') return { kind: 'cancelled' };
    if (waited === 'timeout') return { kind: 'expired', reason: 'APPROVAL_EXPIRED' };
    if (mail.tokens.size > 0) return { kind: 'approved' };
    if (mail.resubmissions.take() !== undefined) return 'send again';
    const decided = mail.approvals.take();
    if (decided?.decision === 'approve') return { kind: 'approved' };
    if (decided?.decision === 'refuse') return { kind: 'refused', reason: 'APPROVAL_REFUSED' };
    // Changes or clarification: the ledger says so; a person resubmits before the deadline.
  }
}
