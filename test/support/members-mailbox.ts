import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { simpleParser, type ParsedMail } from 'mailparser';

import { makeCertificate } from '../adapters/http/support/certificate.ts';
import { openMailServer } from '../adapters/mail/support/smtp-server.ts';

/** How the mail server answers the next message; `cut` takes it and hangs up without a word. */
export type MailFate = 'take' | 'put-off' | 'refuse' | 'cut';

/** The members' mail server: a real one, on loopback, with STARTTLS. */
export interface MembersMailbox {
  /** TOML of `[receive.link_mail]`. */
  readonly profile: string;
  readonly smtp: { readonly host: string; readonly port: number; readonly caFile: string };
  /** What was taken, in order, duplicates and all. */
  mails(): Promise<readonly ParsedMail[]>;
  untilMails(count: number): Promise<readonly ParsedMail[]>;
  /** The fates of the next messages; then every one is taken. `always` replaces them and stays. */
  answers(fates: readonly MailFate[], always?: MailFate): void;
  /** How many messages were put off or refused. */
  readonly turnedAway: () => number;
  close(): Promise<void>;
}

/** Opens the mail server; the certificate of its authority is written into the folder. */
export async function openMembersMailbox(folder: string): Promise<MembersMailbox> {
  const certificate = await makeCertificate();
  const caFile = join(folder, 'members-mail-ca.pem');
  await writeFile(caFile, certificate.cert);
  const taken: string[] = [];
  let next: MailFate[] = [];
  let then: MailFate = 'take';
  let turnedAway = 0;
  const server = await openMailServer(certificate, {
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const fate = next.shift() ?? then;
        if (fate === 'put-off' || fate === 'refuse') {
          turnedAway += 1;
          return callback(Object.assign(new Error('not now'), { responseCode: fate === 'refuse' ? 550 : 451 }));
        }
        taken.push(Buffer.concat(chunks).toString());
        if (fate === 'cut') return server.cut();
        callback();
      });
    },
  });
  const mails = () => Promise.all(taken.map((mail) => simpleParser(mail)));
  return {
    profile: `[receive.link_mail]
from = "transfers@plan.example"
company = "Example Health Plan"
contact = "Transfer Desk, 555-0100"
[receive.link_mail.smtp]
host = "127.0.0.1"
port = ${server.port}
ca_file = "${caFile}"`,
    smtp: { host: '127.0.0.1', port: server.port, caFile },
    mails,
    async untilMails(count) {
      for (let round = 0; round < 400; round += 1) {
        if (taken.length >= count) return mails();
        await sleep(50);
      }
      throw new Error(`never ${count} mails, but ${taken.length}`);
    },
    answers(fates, always = 'take') {
      next = [...fates];
      then = always;
    },
    turnedAway: () => turnedAway,
    close: () => server.close(),
  };
}

/** The authorization link in the text of a mail. */
export function linkIn({ text = '' }: ParsedMail): string {
  const [link] = /https?:\/\/\S*state=\S+/.exec(text) ?? [];
  if (link === undefined) throw new Error('the mail holds no link');
  return link;
}
