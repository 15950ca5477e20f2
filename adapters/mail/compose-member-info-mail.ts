import type { SendProfile } from '../../schemas/counterpart.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import { domainOf, oneLine, type ComposedMail } from './composed-mail.ts';

export type { ComposedMail } from './composed-mail.ts';

export interface MemberInfo {
  readonly record: MemberRecord;
  readonly profile: Pick<SendProfile, 'mail' | 'sender'>;
  readonly transferId: TransferId;
  /** 1, then one more for every resubmission. */
  readonly revision: number;
  /** Message-ID of the reviewer's mail, where it is known. */
  readonly inReplyTo?: string;
}

/**
 * Composes the mail that asks for a member's token: exactly the fields that the seed lists ("Send member information with the
 * following details"). A later revision is a reply within the thread of the first. Subject and Message-ID hold no PHI.
 */
export function composeMemberInfoMail({ record, profile, transferId, revision, inReplyTo }: MemberInfo): ComposedMail {
  const earlier = Array.from({ length: revision - 1 }, (_, index) =>
    memberInfoMessageId(profile, transferId, index + 1),
  );
  const answered = inReplyTo ?? earlier.at(-1);
  const subject = memberInfoSubject(transferId);
  return {
    messageId: memberInfoMessageId(profile, transferId, revision),
    from: profile.mail.from,
    to: profile.mail.to,
    subject: revision === 1 ? subject : `Re: ${subject}`,
    text: textOf(record, profile.sender, transferId, revision),
    ...(answered === undefined ? {} : { inReplyTo: answered }),
    references: [...new Set([...earlier, ...(answered === undefined ? [] : [answered])])],
  };
}

/** The subject of a thread about one transfer. */
export function memberInfoSubject(transferId: TransferId): string {
  return `Payer-to-Payer member information (reference ${transferId})`;
}

/** Fixed for a transfer and revision, so that a mail that was sent twice can be told from two mails. */
export function memberInfoMessageId({ mail }: MemberInfo['profile'], transferId: TransferId, revision: number): string {
  return `<${transferId}.${revision}@${domainOf(mail.from)}>`;
}

function textOf(record: MemberRecord, sender: SendProfile['sender'], transferId: TransferId, revision: number): string {
  const details = [
    ['Member name', `${record.given} ${record.family}`],
    ['Member date of birth', record.birthDate],
    ['Previous member ID number', record.previousMemberId],
    ['Member zip code', record.zip],
  ] as const;
  return [
    revision === 1
      ? 'Please review this request to send payer-to-payer data for the following member.'
      : `Please review this request again (revision ${revision}); these details replace the earlier ones.`,
    '',
    ...details.map(([label, value]) => `${label}: ${oneLine(value)}`),
    '',
    "The previous member ID number is from the member's previous plan, not the current member ID number.",
    '',
    `Reference: ${transferId}`,
    '',
    oneLine(sender.name),
    oneLine(sender.company),
    oneLine(sender.website),
    '',
  ].join('\n');
}
