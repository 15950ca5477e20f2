import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { mailOnce } from '../../activities/mail-once.ts';
import { event, recordBatch, temporaryLedger } from '../adapters/ledger/temporary-ledger.ts';

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
