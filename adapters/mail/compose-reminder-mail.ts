import type { SendProfile } from '../../schemas/counterpart.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { memberInfoMessageId, memberInfoSubject } from './compose-member-info-mail.ts';
import { domainOf, oneLine, type ComposedMail } from './composed-mail.ts';

export interface Reminder {
  readonly profile: Pick<SendProfile, 'mail' | 'sender'>;
  readonly transferId: TransferId;
  /** The member-info mail that nobody has decided about. */
  readonly revision: number;
  /** 1 for the first one of that mail. */
  readonly reminder: number;
}

/**
 * Composes the mail that reminds of a review: a reply to the member-info mail, which has the details; this one holds no PHI at
 * all. Its Message-ID is fixed for (transfer, revision, reminder), so that a mail that was sent twice can be told from two.
 */
export function composeReminderMail({ profile, transferId, revision, reminder }: Reminder): ComposedMail {
  const { mail, sender } = profile;
  const thread = Array.from({ length: revision }, (_, index) => memberInfoMessageId(profile, transferId, index + 1));
  const lines = [
    `We have had no answer yet to our request to send payer-to-payer data for a member (reminder ${reminder}).`,
    'The details of the member are in the mail to which this one replies.',
    '',
    'Please review the request, and approve it or tell us what to change or to clarify.',
    'If you have answered meanwhile, nothing more is needed.',
    '',
    `Reference: ${transferId}`,
    '',
    oneLine(sender.name),
    oneLine(sender.company),
    oneLine(sender.website),
    '',
  ];
  return {
    messageId: `<${transferId}.${revision}.reminder-${reminder}@${domainOf(mail.from)}>`,
    from: mail.from,
    to: mail.to,
    subject: `Re: ${memberInfoSubject(transferId)}`,
    text: lines.join('\n'),
    inReplyTo: memberInfoMessageId(profile, transferId, revision),
    references: thread,
  };
}
