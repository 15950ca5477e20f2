import { composeMemberInfoMail } from '../../adapters/mail/compose-member-info-mail.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';
import { mailOnce } from '../mail-once.ts';

export interface RequestApprovalInput {
  readonly transferId: TransferId;
  /** 1, then one more for every resubmission. */
  readonly revision: number;
}

/**
 * Sends the member-info e-mail, or leaves it as an `.eml` file (seed, "Send member information ... to payer2payer").
 * A mail cannot be taken back: its attempt is committed first, and an attempt without an answer is never repeated by itself.
 */
export function requestApproval(deps: ActivityDependencies) {
  return async ({ transferId, revision }: RequestApprovalInput): Promise<void> =>
    heartbeating(async () => {
      const transfer = await deps.ledger.transfers.get(transferId);
      const profile = await frozenProfile(deps, transfer.batchId);
      if (profile.send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
      const record = await openMemberRecord(deps, transfer);
      const mail = composeMemberInfoMail({ record, profile: profile.send, transferId, revision });

      const subject = `revision/${revision}`;
      const outcome = await mailOnce(deps, { transferId, subject, mail, smtp: profile.send.mail.smtp });
      if (outcome === 'refused') throw new CarryoverError('MAIL_REFUSED');
      if (outcome === 'unsent') throw new CarryoverError('MAIL_UNSENT');
      const body = { kind: 'approval-requested', revision, messageId: mail.messageId } as const;
      await deps.ledger.append(transferId, { subject, tryNumber: 1, actor: 'worker', body });
      deps.log.event('approval-requested', { transferId, revision });
    });
}
