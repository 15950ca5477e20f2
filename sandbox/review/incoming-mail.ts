import { createHash } from 'node:crypto';

import { type AddressObject, simpleParser } from 'mailparser';

import { type MemberInformation, readMemberInformation } from './member-information.ts';

interface Envelope {
  readonly messageId: string;
  /** Message-IDs of the mails that it answers. */
  readonly refersTo: readonly string[];
  readonly from: string;
  readonly cc: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** A mail to payer2payer@1up.health, told apart by its content. */
export type IncomingMail =
  | (Envelope & { readonly kind: 'member-information'; readonly information: MemberInformation })
  /** A further mail in the thread of member information, without any. */
  | (Envelope & { readonly kind: 'reminder' })
  | (Envelope & { readonly kind: 'evidence' })
  | (Envelope & { readonly kind: 'not-understood' });

/** Parses a mail as it came over SMTP. */
export async function parseMail(raw: Buffer): Promise<IncomingMail> {
  const parsed = await simpleParser(raw);
  const references = typeof parsed.references === 'string' ? [parsed.references] : (parsed.references ?? []);
  const text = parsed.text ?? '';
  const envelope: Envelope = {
    // A mail without Message-ID is known by its bytes.
    messageId: parsed.messageId ?? `<${createHash('sha256').update(raw).digest('hex')}@no-message-id>`,
    refersTo: [...(parsed.inReplyTo === undefined ? [] : [parsed.inReplyTo]), ...references],
    from: addressesOf(parsed.from)[0] ?? '',
    cc: addressesOf(parsed.cc),
    subject: parsed.subject ?? '',
    text,
  };
  const information = readMemberInformation(text);
  if (information !== undefined) return { ...envelope, kind: 'member-information', information };
  // "A link to your company's website" (seed) is what every evidence mail has.
  return { ...envelope, kind: /https?:\/\/|www\./i.test(text) ? 'evidence' : 'not-understood' };
}

function addressesOf(field: AddressObject | AddressObject[] | undefined): string[] {
  const objects = field === undefined ? [] : Array.isArray(field) ? field : [field];
  return objects.flatMap((object) => object.value.map((mailbox) => mailbox.address ?? ''));
}
