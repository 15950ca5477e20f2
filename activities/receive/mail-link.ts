import type { LedgerActions } from '../../adapters/ledger/ledger-actions.ts';
import { openLink } from '../../adapters/links/open-link.ts';
import { composeLinkMail } from '../../adapters/mail/compose-link-mail.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { linkMailSubject } from '../../domain/link-mail/link-mail-state.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';
import { mailOnce, type MailOutcome } from '../mail-once.ts';

export interface MailLinkInput {
  readonly transferId: TransferId;
  /** Of which link. */
  readonly revision: number;
  /** 0 for the mail of the link itself, 1 for the first reminder. */
  readonly reminder: number;
}

/**
 * What became of it. `not-wanted`: the member has answered, the link is over or another one has taken its place; `paused`: to be
 * asked for again; `no-address`: people deliver this link.
 */
export interface MailLinkResult {
  readonly outcome: Exclude<MailOutcome, 'unsent'> | 'not-wanted' | 'paused' | 'no-address';
}

/**
 * Mails the member a link, or leaves the mail as an `.eml` file, at most once for each (transfer, link, reminder), and only while
 * the ledger says that the link is waited for. The address stays in the sealed member record and in the mail.
 * Throws MAIL_UNSENT, which is tried again.
 */
export function mailLink(deps: ActivityDependencies) {
  return async (input: MailLinkInput): Promise<MailLinkResult> =>
    heartbeating(async () => {
      const outcome = await mailOf(deps, input);
      const { transferId, revision, reminder } = input;
      deps.log.event('link-mailed', { transferId, revision, count: reminder, outcome });
      if (outcome === 'unsent') throw new CarryoverError('MAIL_UNSENT');
      return { outcome };
    });
}

async function mailOf(
  deps: ActivityDependencies,
  { transferId, revision, reminder }: MailLinkInput,
): Promise<MailLinkResult['outcome'] | 'unsent'> {
  const transfer = await deps.ledger.transfers.get(transferId);
  const { name: counterpart, receive } = await frozenProfile(deps, transfer.batchId);
  if (receive?.linkMail === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  const { email: to } = await openMemberRecord(deps, transfer);
  if (to === undefined) return 'no-address';
  const link = await openLink(deps, transferId, receive);
  if (link?.revision !== revision) return 'not-wanted';

  const outcome = await mailOnce(deps, {
    transferId,
    subject: linkMailSubject(revision, reminder),
    mail: composeLinkMail({ profile: receive.linkMail, counterpart, to, transferId, link, reminder }),
    smtp: receive.linkMail.smtp,
    about: 'link',
    ...(reminder > 0 && { reminder }),
    stillWanted: async (ledger) => (await waitsForMember(ledger, transferId, revision)) === 'yes',
  });
  const isPaused = outcome === 'not-wanted' && (await waitsForMember(deps.ledger, transferId, revision)) === 'paused';
  return isPaused ? 'paused' : outcome;
}

async function waitsForMember(
  { transfers }: Pick<LedgerActions, 'transfers'>,
  transferId: TransferId,
  revision: number,
): Promise<'yes' | 'paused' | 'no'> {
  const { projection } = await transfers.get(transferId);
  if (projection.revision !== revision || projection.cancelRequested) return 'no';
  if (projection.state === 'paused') return projection.pausedFrom === 'link-issued' ? 'paused' : 'no';
  // A member who said no leaves the state as it is until the transfer closes.
  return projection.state === 'link-issued' && projection.reason === undefined ? 'yes' : 'no';
}
