import { CancellationScope } from '@temporalio/workflow';

import type { SendMemberInput, TransferResult } from '../schemas/transfer.ts';
import { failureCodeOf } from './failure-code.ts';
import { openInbox } from './inbox.ts';
import { obtainApproval } from './obtain-approval.ts';
import { bookkeeping, preparationOf } from './policies.ts';
import { postUnderTokens } from './post-under-tokens.ts';
import { openSendMail } from './send-mail.ts';
import { showState } from './show-state.ts';

/**
 * One member's record to the counterpart: plan it, have it approved by e-mail, post it under the two-hour token, close with
 * a receipt (seed, "Connect to Payer-to-Payer Send APIs"). Every way out is a `closed` event in the ledger.
 */
export async function sendMember(input: SendMemberInput): Promise<TransferResult> {
  const inbox = openInbox();
  const mail = openSendMail(inbox);

  // Nothing here may be torn by a cancellation; the inbox looks at it between the steps.
  return CancellationScope.nonCancellable(async () => {
    try {
      inbox.step('preparing');
      const prepared = await preparationOf(input).prepare({ transferId: input.transferId });
      if (prepared.kind === 'refused') return await close(input, { kind: 'failed', reason: prepared.reason });

      inbox.step('awaiting approval');
      const approval = await obtainApproval(input, inbox, mail);
      if (approval.kind !== 'approved') return await close(input, approval);

      const posted = await postUnderTokens(input, inbox, mail);
      return await close(input, posted);
    } catch (error) {
      return await close(input, { kind: 'failed', reason: failureCodeOf(error) });
    }
  });
}

type SendEnd = Parameters<typeof bookkeeping.closeSend>[0]['end'];

async function close(input: SendMemberInput, end: SendEnd): Promise<TransferResult> {
  const result = await bookkeeping.closeSend({ transferId: input.transferId, end });
  showState(result.state);
  return result;
}
