import { randomUUID } from 'node:crypto';

import type { SendProfile } from '../../schemas/counterpart.ts';
import { domainOf, named, oneLine, type ComposedMail } from './composed-mail.ts';

export interface Evidence {
  readonly profile: Pick<SendProfile, 'mail' | 'sender'>;
  /** The executive business sponsor (CIO), who stands on the CC line. */
  readonly sponsor: { readonly name: string; readonly email: string };
  /** Client id of the application: asked for on the receive side only. */
  readonly clientId?: string;
}

/** Composes the mail of the seed's "Submit Evidence of Payer Membership". Holds nothing about members. */
export function composeEvidenceMail({ profile, sponsor, clientId }: Evidence): ComposedMail {
  const { mail, sender } = profile;
  const lines = [
    'Please verify that we are a member of a health insurance organization.',
    '',
    `Name: ${oneLine(sender.name)}`,
    `Health insurance company: ${oneLine(sender.company)}`,
    `Company website: ${oneLine(sender.website)}`,
    ...(clientId === undefined ? [] : [`Client ID of our application: ${oneLine(clientId)}`]),
    `Executive business sponsor of our Payer-to-Payer project, on the CC line: ${oneLine(sponsor.name)}`,
    '',
  ];
  return {
    messageId: `<evidence.${randomUUID()}@${domainOf(mail.from)}>`,
    from: mail.from,
    to: mail.to,
    cc: named(sponsor.name, sponsor.email),
    subject: 'Evidence of payer membership for Payer-to-Payer access',
    text: lines.join('\n'),
    references: [],
  };
}
