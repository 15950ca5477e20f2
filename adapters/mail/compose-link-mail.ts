import { fillLinkText, untilText } from '../../domain/link-mail/link-text.ts';
import type { LinkMailProfile } from '../../schemas/counterpart.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { OpenLink } from '../links/open-link.ts';
import { domainOf, named, oneLine, type ComposedMail } from './composed-mail.ts';

export interface LinkMail {
  readonly profile: LinkMailProfile;
  /** What the member knows the other side as. */
  readonly counterpart: string;
  /** The member's address. */
  readonly to: string;
  readonly transferId: TransferId;
  readonly link: OpenLink;
  /** 1 for the first reminder of this link; 0 for the mail that it reminds of. */
  readonly reminder: number;
}

/**
 * Composes the mail that takes an authorization link to its member: who asks, what for, the link, until when, whom to ask. It says
 * nothing about the member. A reminder is a reply to the link's mail and holds the link again. The Message-ID is fixed for
 * (transfer, link, reminder), so that a mail that was sent twice can be told from two.
 */
export function composeLinkMail({ profile, counterpart, to, transferId, link, reminder }: LinkMail): ComposedMail {
  const { from, company, contact, subject, text, reminderText, timeZone } = profile;
  const first = `<${transferId}.link-${link.revision}@${domainOf(from)}>`;
  const values = {
    company: oneLine(company),
    counterpart: oneLine(counterpart),
    link: link.url,
    until: untilText(link.expiresAtMs, timeZone),
    contact: oneLine(contact),
  };
  const head = { from: named(company, from), to };
  if (reminder === 0) return { ...head, messageId: first, subject, text: fillLinkText(text, values), references: [] };
  return {
    ...head,
    messageId: `<${transferId}.link-${link.revision}.reminder-${reminder}@${domainOf(from)}>`,
    subject: `Re: ${subject}`,
    text: fillLinkText(reminderText, values),
    inReplyTo: first,
    references: [first],
  };
}
