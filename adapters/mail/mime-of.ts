import MailComposer from 'nodemailer/lib/mail-composer';

import type { ComposedMail } from './composed-mail.ts';

export interface MimeMail {
  readonly envelope: { readonly from: string; readonly to: string[] };
  /** The message as it goes over the wire, CRLF line ends. */
  readonly bytes: Buffer;
}

/** Builds the MIME message of a mail. */
export async function mimeOf(mail: ComposedMail): Promise<MimeMail> {
  const { messageId, from, to, cc, subject, text, inReplyTo, references } = mail;
  const message = new MailComposer({
    messageId,
    from,
    to,
    subject,
    text,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(cc === undefined ? {} : { cc }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references.length === 0 ? {} : { references: [...references] }),
  }).compile();
  const envelope = message.getEnvelope();
  return { envelope: { from: envelope.from || '', to: envelope.to }, bytes: await message.build() };
}
