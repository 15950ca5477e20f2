import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { BatchId, Direction, TransferId } from '../../schemas/ids.ts';
import type { ReceiveMemberInput, SendMemberInput } from '../../schemas/transfer.ts';

/** The input of a transfer workflow: ids, and the profile's times, so that a running transfer never reads a file. */
export function transferInput(
  transferId: TransferId,
  batchId: BatchId,
  direction: Direction,
  { id: counterpartId, heartbeatTimeoutMs, send, receive }: CounterpartProfile,
  { isUpdate }: { readonly isUpdate: boolean },
): SendMemberInput | ReceiveMemberInput {
  const shared = { transferId, batchId, counterpartId, heartbeatTimeoutMs };
  if (direction === 'send' && send !== undefined) {
    return {
      ...shared,
      requestTimeoutMs: send.writeTimeoutMs,
      approvalDeadlineMs: send.approvalDeadlineSeconds * 1000,
      // A profile that was frozen before there were reminders does not name them.
      ...(send.approvalReminderSeconds > 0 && {
        approvalReminders: { everyMs: send.approvalReminderSeconds * 1000, atMost: send.approvalReminders },
      }),
      tokenDeadlineMs: send.tokenDeadlineSeconds * 1000,
      sliceMs: send.sliceSeconds * 1000,
    };
  }
  if (direction === 'receive' && receive !== undefined) {
    return {
      ...shared,
      requestTimeoutMs: receive.requestTimeoutMs,
      linkLifetimeMs: receive.linkLifetimeSeconds * 1000,
      codeLifetimeMs: receive.codeLifetimeSeconds * 1000,
      ...(receive.linkMail !== undefined && { mailsLinks: true }),
      ...(receive.linkReminderSeconds > 0 && {
        linkReminders: { everyMs: receive.linkReminderSeconds * 1000, atMost: receive.linkReminders },
      }),
      ...(isUpdate && receive.keepRefreshToken && ({ mayHaveKeptToken: true } as const)),
    };
  }
  throw new CarryoverError('PROFILE_DIRECTION_MISSING');
}
