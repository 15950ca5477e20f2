import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { mailOnce } from '../../activities/mail-once.ts';
import { makeCertificate } from '../adapters/http/support/certificate.ts';
import { event, recordBatch, temporaryLedger } from '../adapters/ledger/temporary-ledger.ts';
import { openMailServer } from '../adapters/mail/support/smtp-server.ts';

const composed = {
  messageId: '<m.1@plan.example>',
  from: 'plan@plan.example',
  to: 'reviews@payer.example',
  subject: 'Request',
  text: 'A request.\n',
  references: [],
};
const subject = 'revision/1';

async function desk() {
  const { ledger, directory } = await temporaryLedger();
  const [transferId] = (await recordBatch(ledger)).transferIds;
  // Mails are left as files, so that nothing else of the dependencies is touched.
  const deps = { ledger, deliveriesDir: directory } as ActivityDependencies;
  return {
    directory,
    ledger,
    transferId,
    send: (more = {}) => mailOnce(deps, { transferId, subject, mail: composed, smtp: undefined, ...more }),
    files: () => readdir(join(directory, 'mail')).catch(() => []),
    outcomes: async () =>
      (await ledger.events(transferId)).flatMap(({ body }) => (body.kind === 'mail-answered' ? [body.outcome] : [])),
  };
}

test('a mail goes once, however often it is asked for', async () => {
  const { send, files, outcomes } = await desk();
  expect([await send(), await send()]).toEqual(['written', 'written']);
  expect([await files(), await outcomes()]).toEqual([['m.1.eml'], ['written']]);
});

test('a mail whose attempt has no answer, as after a crash, becomes unknown and is not repeated', async () => {
  const { ledger, transferId, send, files, outcomes } = await desk();
  await ledger.append(transferId, event({ kind: 'mail-attempted', messageId: composed.messageId }, subject));
  expect([await send(), await send()]).toEqual(['unknown', 'unknown']);
  expect([await files(), await outcomes()]).toEqual([[], ['unknown']]);
});

test('a mail that was proved to be unsent goes again as the next try', async () => {
  const { ledger, transferId, send, files, outcomes } = await desk();
  await ledger.append(transferId, event({ kind: 'mail-attempted', messageId: composed.messageId }, subject));
  await ledger.append(transferId, event({ kind: 'mail-answered', outcome: 'unsent' }, subject));
  expect(await send()).toBe('written');
  expect([await files(), await outcomes()]).toEqual([['m.1.eml'], ['unsent', 'written']]);
});

test('a mail that is no longer wanted leaves no trace; two at once are one', async () => {
  const { ledger, transferId, send, files } = await desk();
  expect(await send({ stillWanted: async () => false })).toBe('not-wanted');
  expect((await ledger.events(transferId)).map(({ body }) => body.kind)).toEqual(['recorded']);
  const both = await Promise.all([send(), send()]);
  expect(both.toSorted()).toEqual(['unsent', 'written']);
  expect(await files()).toEqual(['m.1.eml']);
});

test('a mail whose files cannot be read is not even attempted, and goes once they can', async () => {
  const { directory, ledger, transferId, send, outcomes } = await desk();
  const certificate = await makeCertificate();
  const server = await openMailServer(certificate, {
    authOptional: false,
    onAuth: (_auth, _session, yes) => yes(null, { user: 'u' }),
  });
  onTestFinished(() => server.close());
  const [caFile, passwordFile] = [join(directory, 'ca.pem'), join(directory, 'password')];
  const smtp = { host: '127.0.0.1', port: server.port, caFile, user: 'u', passwordFile, implicitTls: false };
  const trySending = () => send({ smtp });
  const refused = async (code: string) => {
    await expect(trySending()).rejects.toMatchObject({ code });
    expect((await ledger.events(transferId)).map(({ body }) => body.kind)).toEqual(['recorded']);
  };

  await refused('SECRET_FILE_UNREADABLE');
  await writeFile(passwordFile, 'secret\n');
  await refused('PROFILE_INVALID');
  await writeFile(caFile, 'no certificate');
  await refused('PROFILE_INVALID');
  expect(server.inClear()).toBe('');
  await writeFile(caFile, certificate.cert);
  expect([await trySending(), await trySending()]).toEqual(['accepted', 'accepted']);
  expect([server.messages.length, await outcomes()]).toEqual([1, ['accepted']]);
});

test('a file that cannot be written is unsent, not unknown, and is written once it can', async () => {
  const { directory, send, files, outcomes } = await desk();
  const folder = join(directory, 'mail');
  await mkdir(folder, { mode: 0o755 });
  await expect(send()).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  expect([await files(), await outcomes()]).toEqual([[], ['unsent']]);
  await chmod(folder, 0o700);
  expect(await send()).toBe('written');
  expect([await files(), await outcomes()]).toEqual([['m.1.eml'], ['unsent', 'written']]);
});
