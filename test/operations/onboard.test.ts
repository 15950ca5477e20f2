import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openDataDir, type DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { loadProfile } from '../../adapters/profile/load-profile.ts';
import { recordGranted, submitEvidence, type Onboarder } from '../../operations/onboard.ts';
import type { CounterpartProfile, MailProfile } from '../../schemas/counterpart.ts';
import { makeCertificate, type Certificate } from '../adapters/http/support/certificate.ts';
import { openMailServer, type MailServer } from '../adapters/mail/support/smtp-server.ts';
import { profileToml } from '../cli/run-carryover.ts';

let directory: string;
let dataDir: DataDir;
let onboarder: Onboarder;
let certificate: Certificate;
let profile: CounterpartProfile;
const servers: MailServer[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'carryover-onboard-'));
  dataDir = await openDataDir(join(directory, 'data'));
  onboarder = { ...dataDir, actor: 'jo' };
  certificate = await makeCertificate();
  await writeFile(join(directory, 'ca.pem'), certificate.cert);
  await writeFile(join(directory, 'secret'), 's', { mode: 0o600 });
  await writeFile(join(directory, 'plan.toml'), profileToml());
  ({ profile } = await loadProfile(join(directory, 'plan.toml'), { dirs: [] }));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await dataDir.close();
  await rm(directory, { recursive: true });
});

const sponsor = { name: 'Kim Chief', email: 'cio@example.com' };

async function serve(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await openMailServer(certificate, options);
  servers.push(server);
  return server;
}

function submitTo(
  { port }: { readonly port: number },
  more: { readonly again?: boolean; readonly smtp?: object } = {},
) {
  const { send } = profile;
  if (send === undefined) throw new Error('the profile cannot send');
  const own = { host: '127.0.0.1', port, caFile: join(directory, 'ca.pem'), implicitTls: false };
  const mail: MailProfile = { ...send.mail, smtp: { ...own, ...more.smtp } };
  return submitEvidence(onboarder, {
    profile: { ...profile, send: { ...send, mail } },
    sponsor,
    again: more.again ?? false,
  });
}

const events = () => dataDir.ledger.onboarding.events(profile.id);
const kinds = async () => (await events()).map((event) => (event.kind === 'answered' ? event.outcome : event.kind));
const onDataEnd = (end: (server: MailServer, callback: (error?: Error) => void) => void): SMTPServerOptions => ({
  onData: (stream, _session, callback) =>
    void stream.resume().on('end', () => {
      const [server] = servers.slice(-1);
      if (server !== undefined) end(server, callback);
    }),
});

describe('the evidence', () => {
  test('goes out once: from the company, with the sponsor in CC; who did it and the sealed mail are kept', async () => {
    const server = await serve();
    const { outcome, messageId } = await submitTo(server);
    expect(outcome).toBe('accepted');
    const arrived = await simpleParser(server.messages[0] ?? '');
    expect(arrived).toMatchObject({
      messageId,
      from: { text: 'transfers@example.com' },
      to: { text: 'reviews@example.com' },
    });
    expect(arrived.cc).toMatchObject({ value: [{ name: 'Kim Chief', address: 'cio@example.com' }] });
    for (const part of ['Sender', 'Example Health', 'https://example.com']) expect(arrived.text).toContain(part);

    const [attempted, answered] = await events();
    expect([attempted, answered]).toMatchObject([
      { kind: 'attempted', messageId, actor: 'jo', seq: 1 },
      { kind: 'answered', messageId, actor: 'jo', seq: 2, outcome: 'accepted' },
    ]);
    if (attempted?.kind !== 'attempted') throw new Error('no attempt was recorded');
    expect((await dataDir.objects.get(attempted.mailObject)).toString()).toContain('Example Health');

    await expect(submitTo(server)).rejects.toMatchObject({ code: 'EVIDENCE_SUBMITTED' });
    expect(server.messages).toHaveLength(1);
    expect(await events()).toHaveLength(2);
    expect((await submitTo(server, { again: true })).messageId).not.toBe(messageId);
    expect(server.messages).toHaveLength(2);
  });

  test('is attempted in the ledger before a byte of it leaves', async () => {
    let before: readonly string[] = [];
    const server = await serve({
      onConnect: (_session, callback) => void look().finally(callback),
    });
    const look = async () => {
      before = await kinds();
    };
    await submitTo(server);
    expect(before).toEqual(['attempted']);
  });

  test('of which the answer was lost is unknown, and never goes out again without a word', async () => {
    const server = await serve(onDataEnd((own) => own.cut()));
    expect((await submitTo(server)).outcome).toBe('unknown');
    await expect(submitTo(server)).rejects.toMatchObject({ code: 'EVIDENCE_SUBMITTED' });
    expect(await kinds()).toEqual(['attempted', 'unknown']);
  });

  test('that was in flight when the program ended counts as unknown', async () => {
    const { mailObject, messageId } = { mailObject: 'evidence/x/1' as never, messageId: '<evidence.1@x>' };
    const { onboarding } = dataDir.ledger;
    await onboarding.append(profile.id, { kind: 'attempted', messageId, mailObject }, { actor: 'jo', after: 0 });
    await expect(submitTo(await serve())).rejects.toMatchObject({ code: 'EVIDENCE_SUBMITTED' });
  });

  test('that was refused, or certainly not sent, may be repeated', async () => {
    const refuse = Object.assign(new Error('no'), { responseCode: 550 });
    expect((await submitTo(await serve(onDataEnd((_own, callback) => callback(refuse))))).outcome).toBe('refused');
    const gone = await openMailServer(certificate);
    await gone.close();
    expect((await submitTo(gone)).outcome).toBe('unsent');
    const passwordFile = join(directory, 'nothing');
    const withLogin = submitTo(gone, { smtp: { user: 'u', passwordFile } });
    await expect(withLogin).rejects.toMatchObject({ code: 'SECRET_FILE_UNREADABLE' });
    expect((await submitTo(await serve())).outcome).toBe('accepted');
    // Without its files it was not even attempted.
    expect(await kinds()).toEqual(['refused', 'unsent', 'accepted'].flatMap((outcome) => ['attempted', outcome]));
  });

  test('goes out once where two people send it at the same moment', async () => {
    const server = await serve();
    const both = await Promise.allSettled([submitTo(server), submitTo(server)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(server.messages).toHaveLength(1);
  });

  test('is a file to send by hand where there is no mail server', async () => {
    const { outcome, file = '', messageId } = await submitEvidence(onboarder, { profile, sponsor, again: false });
    expect(outcome).toBe('written');
    expect(await simpleParser(await readFile(file))).toMatchObject({ messageId });
    expect(file.startsWith(join(dataDir.paths.deliveries, 'mail'))).toBe(true);
  });

  test('is not sent where access was granted already, which is recorded once', async () => {
    await recordGranted(onboarder, profile.id);
    await recordGranted(onboarder, profile.id);
    expect(await kinds()).toEqual(['granted']);
    const server = await serve();
    await expect(submitTo(server)).rejects.toMatchObject({ code: 'EVIDENCE_SUBMITTED' });
    expect(server.messages).toEqual([]);
  });
});
