// Workflows that were changed without a patch, on purpose: replaying a recorded history must notice it.
import { sleep } from '@temporalio/workflow';

import type { ReceiveMemberInput, SendMemberInput, TransferResult } from '../../../schemas/transfer.ts';
import { receiveMember as receiveAsItIs } from '../../../workflows/receive-member.ts';
import { sendMember as sendAsItIs } from '../../../workflows/send-member.ts';

/** A timer more at the beginning. */
export async function sendMember(input: SendMemberInput): Promise<TransferResult> {
  await sleep('1 minute');
  return sendAsItIs(input);
}

/** A timer more at the beginning. */
export async function receiveMember(input: ReceiveMemberInput): Promise<TransferResult> {
  await sleep('1 minute');
  return receiveAsItIs(input);
}

export { runBatch } from '../../../workflows/run-batch.ts';
