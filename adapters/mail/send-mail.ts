import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';

import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';

import type { SmtpProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { readSecretFile } from '../profile/read-secret-file.ts';
import type { ComposedMail } from './composed-mail.ts';
import { mimeOf, type MimeMail } from './mime-of.ts';

/** What became of a mail. `unsent` is certain (not a byte of the message left, or the server put it off) and may be repeated. */
export type MailAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly smtpCode: number }
  | { readonly kind: 'unsent'; readonly cause: 'not-connected' | 'tls-refused' | 'broken-before-data' | 'put-off' }
  | { readonly kind: 'unknown'; readonly cause: 'broken-after-data' };

export interface MailToSend {
  readonly mail: ComposedMail;
  readonly smtp: SmtpProfile;
  /** Instead of the content of `smtp.passwordFile`. */
  readonly password?: string;
  /** The longest silence of the server, milliseconds. */
  readonly timeoutMs?: number;
}

/** A mail of which nothing is left that can fail on this machine. */
export interface PreparedMail {
  /** Never throws: what breaks before the message has begun is `unsent`. */
  send(): Promise<MailAnswer>;
}

/**
 * Does all of a mail that can fail on this machine, so that an attempt can be written down afterwards and end only as its server
 * says: composes the message, reads the files of the profile. Throws SECRET_FILE_UNREADABLE, or PROFILE_INVALID where the
 * certificate of the authority is not one; nothing was connected then.
 */
export async function prepareMail({ mail, smtp, password, timeoutMs = 60_000 }: MailToSend): Promise<PreparedMail> {
  const message = await mimeOf(mail);
  const login = smtp.user === undefined ? undefined : { user: smtp.user, pass: password ?? (await readPassword(smtp)) };
  const options = await connectionOptions(smtp, timeoutMs);
  return { send: () => sendMessage(message, login, options) };
}

/** By SMTP under TLS (1.2 or newer, certificate checked): from the first byte, or by STARTTLS, without which nothing is sent. */
function sendMessage(
  message: MimeMail,
  login: { readonly user: string; readonly pass: string } | undefined,
  options: Awaited<ReturnType<typeof connectionOptions>>,
): Promise<MailAnswer> {
  return new Promise((resolve) => {
    const data = new MessageStream(message);
    const connection = new SMTPConnection(options);
    const end = (answer: MailAnswer): void => {
      resolve(answer);
      if (answer.kind === 'accepted') connection.quit();
      else connection.close();
    };
    const fail = (error: unknown): void => end(answerOf(error, data.began));
    connection.on('error', fail);
    connection.connect((error) => {
      if (error) return fail(error);
      if (login === undefined) return send();
      connection.login(login, (loginError) => (loginError ? fail(loginError) : send()));
    });
    function send(): void {
      connection.send(message.envelope, data.stream, (error, info) => (error ? fail(error) : end(accepted(info))));
    }
  });
}

/** nodemailer reads from the stream only after the server has answered DATA: until then nothing of the message has left. */
class MessageStream {
  readonly stream: Readable;
  began = false;

  constructor({ bytes }: MimeMail) {
    this.stream = new Readable({
      read: () => {
        this.began = true;
        this.stream.push(bytes);
        this.stream.push(null);
      },
    });
  }
}

/** A mail that reached only some of its recipients counts as refused: the one left out may be the reviewer. */
function accepted({ rejectedErrors = [] }: SMTPConnectionSendInfo): MailAnswer {
  const smtpCode = rejectedErrors.find(({ responseCode }) => responseCode !== undefined)?.responseCode;
  return smtpCode === undefined ? { kind: 'accepted' } : { kind: 'refused', smtpCode };
}

/** A reply of the server decides (4xx: not now, 5xx: no); without one it depends on whether the message had begun. */
function answerOf(error: unknown, dataBegan: boolean): MailAnswer {
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  if (code === 'ETLS') return { kind: 'unsent', cause: 'tls-refused' };
  if (typeof responseCode === 'number' && responseCode >= 500) return { kind: 'refused', smtpCode: responseCode };
  if (typeof responseCode === 'number' && responseCode >= 400) return { kind: 'unsent', cause: 'put-off' };
  if (dataBegan) return { kind: 'unknown', cause: 'broken-after-data' };
  return { kind: 'unsent', cause: code === 'ESOCKET' || code === 'EDNS' ? 'not-connected' : 'broken-before-data' };
}

async function connectionOptions(smtp: SmtpProfile, timeoutMs: number) {
  return {
    host: smtp.host,
    port: smtp.port,
    secure: smtp.implicitTls,
    requireTLS: !smtp.implicitTls,
    // What EHLO says about us: not the name of this machine.
    name: 'localhost',
    logger: false,
    connectionTimeout: Math.min(timeoutMs, 30_000),
    greetingTimeout: Math.min(timeoutMs, 30_000),
    socketTimeout: timeoutMs,
    tls: {
      minVersion: 'TLSv1.2' as const,
      rejectUnauthorized: true,
      ...(smtp.caFile === undefined ? {} : { ca: await readCa(smtp.caFile) }),
    },
  };
}

async function readCa(caFile: string): Promise<string> {
  try {
    const ca = await readFile(caFile, 'utf8');
    // Node takes anything as an authority, and would only say later that it does not know the server's.
    checkCertificate(ca);
    return ca;
  } catch {
    throw new CarryoverError(
      'PROFILE_INVALID',
      'The file of smtp.ca_file cannot be read, or holds no PEM certificate.',
    );
  }
}

/** Throws where the text does not begin with a certificate. */
function checkCertificate(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

async function readPassword({ passwordFile }: SmtpProfile): Promise<string> {
  if (passwordFile === undefined) throw new CarryoverError('PROFILE_INVALID', 'smtp.user needs smtp.password_file.');
  return readSecretFile(passwordFile);
}
