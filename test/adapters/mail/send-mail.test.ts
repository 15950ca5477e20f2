import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { composeMemberInfoMail } from '../../../adapters/mail/compose-member-info-mail.ts';
import { prepareMail } from '../../../adapters/mail/send-mail.ts';
import { asTransferId } from '../../../schemas/ids.ts';
import { makeCertificate, type Certificate } from '../http/support/certificate.ts';
import { openMailServer, type MailServer } from './support/smtp-server.ts';

let certificate: Certificate;
let directory: string;
let caFile: string;
const servers: MailServer[] = [];

beforeAll(async () => {
  certificate = await makeCertificate();
  directory = await mkdtemp(join(tmpdir(), 'carryover-mail-'));
  caFile = join(directory, 'ca.pem');
  await writeFile(caFile, certificate.cert);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => rm(directory, { recursive: true }));

const mail = composeMemberInfoMail({
  record: {
    rowId: 'r',
    family: 'Canary',
    given: 'Ana',
    birthDate: '1961-05-15',
    previousMemberId: 'PREV-17',
    zip: '02109',
  },
  profile: {
    mail: { to: 'payer2payer@1up.health', from: 'interop@plan.example' },
    sender: { name: 'Rae', company: 'Plan', website: 'https://plan.example' },
  },
  transferId: asTransferId('ab'.repeat(20)),
  revision: 1,
});

async function serve(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await openMailServer(certificate, options);
  servers.push(server);
  return server;
}

function prepare({ port }: { readonly port: number }, more = {}, rest = {}) {
  const smtp = { host: '127.0.0.1', port, caFile, implicitTls: false, ...more };
  return prepareMail({ mail, smtp, timeoutMs: 5_000, ...rest });
}

async function send(...to: Parameters<typeof prepare>) {
  return (await prepare(...to)).send();
}

/** An error as SMTP servers answer it. */
const smtpError = (responseCode: number) => Object.assign(new Error('no'), { responseCode });

describe('a mail is accepted', () => {
  test('over STARTTLS, and arrives as it was composed, with nothing of it in clear', async () => {
    const server = await serve();
    expect(await send(server)).toEqual({ kind: 'accepted' });
    const arrived = await simpleParser(server.messages[0] ?? '');
    expect(arrived).toMatchObject({ messageId: mail.messageId, subject: mail.subject });
    expect(arrived.text).toContain('Previous member ID number: PREV-17');
    expect(server.inClear()).toContain('STARTTLS');
    for (const text of ['Canary', 'PREV-17', 'MAIL FROM']) expect(server.inClear()).not.toContain(text);
  });

  test('over TLS from the first byte', async () => {
    const server = await serve({ secure: true });
    expect(await send(server, { implicitTls: true })).toEqual({ kind: 'accepted' });
    expect(server.messages).toHaveLength(1);
  });

  test('after a log-in with the password of the file', async () => {
    const logins: unknown[][] = [];
    const server = await serve({
      authOptional: false,
      onAuth({ username, password }, _session, callback) {
        logins.push([username, password]);
        callback(null, { user: username });
      },
    });
    const passwordFile = join(directory, 'password');
    await writeFile(passwordFile, 'pass word\n');
    expect(await send(server, { user: 'interop', passwordFile })).toEqual({ kind: 'accepted' });
    expect(logins).toEqual([['interop', 'pass word']]);
  });
});

describe('a mail is refused', () => {
  test('by the reply to its recipient', async () => {
    const server = await serve({ onRcptTo: (_address, _session, callback) => callback(smtpError(550)) });
    expect(await send(server)).toEqual({ kind: 'refused', smtpCode: 550 });
    expect(server.messages).toHaveLength(0);
  });

  test('by the reply to its content', async () => {
    const server = await serve({
      onData(stream, _session, callback) {
        stream.resume().on('end', () => callback(smtpError(554)));
      },
    });
    expect(await send(server)).toEqual({ kind: 'refused', smtpCode: 554 });
  });

  test('by the reply to the log-in', async () => {
    const server = await serve({ onAuth: (_auth, _session, callback) => callback(smtpError(535)) });
    expect(await send(server, { user: 'interop' }, { password: 'wrong' })).toEqual({ kind: 'refused', smtpCode: 535 });
  });

  test('when one of its recipients is, for that one may be the reviewer', async () => {
    const server = await serve({
      onRcptTo: ({ address }, _session, callback) =>
        callback(address === 'payer2payer@1up.health' ? smtpError(550) : undefined),
    });
    expect(await send(server, {}, { mail: { ...mail, cc: 'cio@plan.example' } })).toEqual({
      kind: 'refused',
      smtpCode: 550,
    });
  });
});

describe('a mail is unsent for certain', () => {
  test('when the server offers no STARTTLS: it gets neither address nor member', async () => {
    const server = await serve({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    expect(await send(server)).toEqual({ kind: 'unsent', cause: 'tls-refused' });
    for (const text of ['Canary', 'PREV-17', 'MAIL FROM', 'payer2payer']) expect(server.inClear()).not.toContain(text);
    expect(server.messages).toHaveLength(0);
  });

  test('when the certificate is of an unknown authority', async () => {
    const server = await serve();
    expect(await send(server, { caFile: undefined })).toMatchObject({ kind: 'unsent' });
    expect(server.messages).toHaveLength(0);
    expect(server.inClear()).not.toContain('MAIL FROM');
  });

  test('when the server speaks only an old TLS', async () => {
    const server = await serve({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(await send(server)).toMatchObject({ kind: 'unsent' });
    expect(server.messages).toHaveLength(0);
  });

  test('when nobody listens', async () => {
    const server = await openMailServer(certificate);
    await server.close();
    expect(await send(server)).toEqual({ kind: 'unsent', cause: 'not-connected' });
  });

  test('when the connection breaks before the content', async () => {
    const server = await serve({ onRcptTo: () => server.cut() });
    expect(await send(server)).toEqual({ kind: 'unsent', cause: 'broken-before-data' });
  });

  test('when the server is silent from the start', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const answer = await send({ port }, {}, { timeoutMs: 100 });
    await new Promise((resolve) => silent.close(resolve));
    expect(answer).toMatchObject({ kind: 'unsent' });
  });

  test('when the server puts it off', async () => {
    const recipient = await serve({ onRcptTo: (_address, _session, callback) => callback(smtpError(450)) });
    const content = await serve({
      onData: (stream, _session, callback) => void stream.resume().on('end', () => callback(smtpError(452))),
    });
    expect(await send(recipient)).toEqual({ kind: 'unsent', cause: 'put-off' });
    expect(await send(content)).toEqual({ kind: 'unsent', cause: 'put-off' });
  });
});

describe('whether a mail was sent is unknown', () => {
  test('when the connection breaks after the content began', async () => {
    const server = await serve({ onData: (stream) => void stream.once('data', () => server.cut()) });
    expect(await send(server)).toEqual({ kind: 'unknown', cause: 'broken-after-data' });
  });

  test('when the connection breaks after the whole content, before the reply', async () => {
    const server = await serve({ onData: (stream) => void stream.resume().on('end', () => server.cut()) });
    expect(await send(server)).toEqual({ kind: 'unknown', cause: 'broken-after-data' });
  });

  test('when the reply to the content does not come', async () => {
    const server = await serve({ onData: (stream) => void stream.resume() });
    expect(await send(server, {}, { timeoutMs: 300 })).toEqual({ kind: 'unknown', cause: 'broken-after-data' });
    server.cut();
  });
});

test.each([
  { what: 'no password file', more: { user: 'interop', passwordFile: 'none' }, code: 'SECRET_FILE_UNREADABLE' },
  { what: 'no password file named', more: { user: 'interop' }, code: 'PROFILE_INVALID' },
  { what: 'no file of the authority', more: { caFile: 'none' }, code: 'PROFILE_INVALID' },
  { what: 'no certificate in the file of the authority', more: { caFile: 'package.json' }, code: 'PROFILE_INVALID' },
])('is not even prepared: $what', async ({ more, code }) => {
  const server = await serve();
  await expect(prepare(server, more)).rejects.toMatchObject({ code });
  expect(server.inClear()).toBe('');
});
