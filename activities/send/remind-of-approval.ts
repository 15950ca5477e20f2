import type { LedgerActions } from '../../adapters/ledger/ledger-actions.ts';
import { composeReminderMail } from '../../adapters/mail/compose-reminder-mail.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';
import { mailOnce } from '../mail-once.ts';

export interface RemindOfApprovalInput {
  readonly transferId: TransferId;
  /** Of which member-info mail. */
  readonly revision: number;
  /** 1 for the first reminder of that mail. */
  readonly reminder: number;
}

/**
 * Reminds the reviewer, at most once for each (transfer, revision, reminder), and only while the ledger knows of no decision.
 * A reminder that is refused ends nothing: the review goes on until its deadline. Throws MAIL_UNSENT, which is tried again.
 */
export function remindOfApproval(deps: ActivityDependencies) {
  return async ({ transferId, revision, reminder }: RemindOfApprovalInput): Promise<void> =>
    heartbeating(async () => {
      const { batchId } = await deps.ledger.transfers.get(transferId);
      const { send } = await frozenProfile(deps, batchId);
      if (send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
      const outcome = await mailOnce(deps, {
        transferId,
        subject: `revision/${revision}/reminder/${reminder}`,
        mail: composeReminderMail({ profile: send, transferId, revision, reminder }),
        smtp: send.mail.smtp,
        reminder,
        stillWanted: (ledger) => isUndecided(ledger, transferId, revision),
      });
      deps.log.event('approval-reminded', { transferId, revision, count: reminder, outcome });
      if (outcome === 'unsent') throw new CarryoverError('MAIL_UNSENT');
    });
}

/** A review that was refused keeps its state until the transfer closes: so the events are asked, too. */
async function isUndecided(ledger: LedgerActions, transferId: TransferId, revision: number): Promise<boolean> {
  const { projection } = await ledger.transfers.get(transferId);
  const underReview = projection.state === 'approval-requested' && projection.revision === revision;
  if (!underReview || projection.cancelRequested) return false;
  const events = await ledger.events(transferId);
  const requestedAt = events.findLastIndex(({ body }) => body.kind === 'approval-requested');
  return !events.slice(requestedAt).some(({ body }) => body.kind === 'approval-decided');
}
