import { writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { simpleParser } from 'mailparser';
import { afterEach, expect, inject, test } from 'vitest';

import type { Checkpoint } from '../../activities/dependencies.ts';
import { controlTransfer } from '../../operations/control-transfer.ts';
import { memberDetails, openMailedMembers, type MailedMembers } from '../support/mailed-members.ts';
import { linkIn } from '../support/members-mailbox.ts';
import { untilEnded } from '../support/people.ts';
import { untilState } from '../support/until-state.ts';

let members: MailedMembers;
afterEach(() => members.close());

async function open(...receive: Parameters<typeof openMailedMembers> extends [string, ...infer Rest] ? Rest : never) {
  members = await openMailedMembers(inject('temporalAddress'), ...receive);
  return members;
}

test('a member with an address gets the link by e-mail, and it leads to the record; the other one is listed as without', async () => {
  const { world, mailbox, launch, linksOf, untilMailed, authorizeBy } = await open();
  await world.startWorker();
  const { batchId, transferId } = await launch(2);
  const [mail] = await mailbox.untilMails(1);
  if (mail === undefined) throw new Error('no mail');
  await untilMailed(batchId, 'accepted');

  expect(mail.messageId).toBe(`<${transferId}.link-1@plan.example>`);
  expect(mail.from?.text).toBe('"Example Health Plan" <transfers@plan.example>');
  expect(mail.to).toMatchObject({ text: 'sherie@mail.example' });
  expect(mail.subject).toBe('Your permission is needed');
  const [mine, other] = await linksOf(batchId);
  expect(linkIn(mail)).toBe(mine?.url);
  const until = mine?.expiresAt.replace(/T(\d\d:\d\d).*/, ' $1 (UTC)') ?? '';
  for (const part of ['Example Health Plan', 'Sandbox', 'Transfer Desk, 555-0100', until])
    expect(mail.text).toContain(part);
  for (const detail of memberDetails)
    expect(`${mail.subject}\n${mail.text?.replace(linkIn(mail), '')}`).not.toContain(detail);
  expect([mine, other].map((link) => `${link?.rowId} ${link?.mailed}`)).toEqual(['row-1 accepted', 'row-2 no-address']);

  expect(await authorizeBy(transferId, linkIn(mail))).toEqual({ kind: 'authorized' });
  if (other !== undefined) await authorizeBy(other.transferId, other.url);
  await untilEnded(world, batchId);
  expect((await world.dataDir.ledger.transfers.progress(batchId)).byState).toEqual({ stored: 2 });
  expect(await mailbox.mails()).toHaveLength(1);
  expect((await world.dataDir.ledger.verifyChain(transferId)).kind).toBe('intact');
});

test('a link that takes the place of another is mailed, too, and the older one no longer works', async () => {
  const { world, mailbox, launch, mailsInLedger, authorizeBy } = await open();
  await world.admin.faults([{ kind: 'status', status: 400, route: 'POST /oauth2/token', ordinals: [1] }]);
  await world.startWorker();
  const { batchId, transferId } = await launch();
  const [first] = await mailbox.untilMails(1);
  await authorizeBy(transferId, linkIn(first!));
  const [, second] = await mailbox.untilMails(2);
  expect(second?.messageId).toBe(`<${transferId}.link-2@plan.example>`);
  expect(await authorizeBy(transferId, linkIn(first!))).toMatchObject({ kind: 'refused' });
  expect(await authorizeBy(transferId, linkIn(second!))).toEqual({ kind: 'authorized' });
  await untilState(world, batchId, 'stored');
  expect(await mailsInLedger(transferId)).toEqual(['link/1 accepted', 'link/2 accepted']);
});

const crashes: readonly { checkpoint: Checkpoint; arrived: number }[] = [
  { checkpoint: 'after-mail-attempted', arrived: 0 },
  { checkpoint: 'after-mail-sent', arrived: 1 },
];

test.for(crashes)('a worker killed $checkpoint: the step is done once more, and no second mail goes', async (crash) => {
  const { world, mailbox, launch, linksOf, untilMailsInLedger, authorizeBy } = await open();
  const doomed = await world.startWorker({ killAt: { checkpoint: crash.checkpoint, hit: 1 } });
  const { batchId, transferId } = await launch();
  await doomed.ended;
  await world.startWorker();
  expect(await untilMailsInLedger(transferId, 1)).toEqual(['link/1 unknown']);
  expect(await mailbox.mails()).toHaveLength(crash.arrived);
  const [link] = await linksOf(batchId);
  expect(link?.mailed).toBe('unknown');
  expect((await world.dataDir.ledger.transfers.get(transferId)).projection.findings).toEqual({
    'link-mail-unknown': 1,
  });
  await authorizeBy(transferId, link?.url ?? '');
  await untilState(world, batchId, 'stored');
});

test('a mail that is put off goes as soon as it can, once', async () => {
  const { world, mailbox, launch, untilMailed, mailsInLedger } = await open();
  mailbox.answers(['put-off', 'put-off']);
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await untilMailed(batchId, 'accepted');
  expect(await mailsInLedger(transferId)).toEqual(['link/1 unsent', 'link/1 unsent', 'link/1 accepted']);
  expect(await mailbox.mails()).toHaveLength(1);
});

test('a mail that cannot go keeps nobody waiting: the member authorizes with the link of the list', async () => {
  const { world, mailbox, launch, linksOf, untilMailed, authorizeBy } = await open();
  mailbox.answers([], 'put-off');
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await untilMailed(batchId, 'unsent');
  const [link] = await linksOf(batchId);
  expect(await authorizeBy(transferId, link?.url ?? '')).toEqual({ kind: 'authorized' });
  await untilState(world, batchId, 'stored');
  expect(await mailbox.mails()).toEqual([]);
});

test('a mail that is refused is a finding, and the link stays for people to deliver', async () => {
  const { world, mailbox, launch, untilMailed } = await open();
  mailbox.answers([], 'refuse');
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await untilMailed(batchId, 'refused');
  const { projection } = await world.dataDir.ledger.transfers.get(transferId);
  expect({ state: projection.state, findings: projection.findings }).toEqual({
    state: 'link-issued',
    findings: { 'link-mail-refused': 1 },
  });
  expect(mailbox.turnedAway()).toBe(1);
});

test('while a transfer is paused its link is not mailed; it is as soon as the transfer goes on', async () => {
  const { untilLogged, world, mailbox, launch, untilMailed } = await open();
  mailbox.answers([], 'put-off');
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await untilMailed(batchId, 'unsent');
  await controlTransfer(world.operator, { transferId, control: 'pause' });
  mailbox.answers([]);
  await untilLogged('paused');
  expect(await mailbox.mails()).toEqual([]);
  await controlTransfer(world.operator, { transferId, control: 'resume' });
  await untilMailed(batchId, 'accepted');
  expect(await mailbox.mails()).toHaveLength(1);
});

test('without a mail server the mail is left as a file, in the words of the profile', async () => {
  const text = 'Bonjour. {{company}} ({{counterpart}}) : {{link}}\nJusqu’au {{until}}. {{contact}}\n';
  const { world, launch, untilMailed, linksOf } = await open((_, folder) => {
    writeFileSync(join(folder, 'link.txt'), text);
    return `[receive.link_mail]
from = "transfers@plan.example"
company = "Assurance Exemple"
contact = "555-0100"
subject = "Votre accord"
text_file = "${join(folder, 'link.txt')}"
time_zone = "America/New_York"`;
  });
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await untilMailed(batchId, 'written');
  const dir = join(world.dataDir.paths.deliveries, 'mail');
  expect(await readdir(dir)).toEqual([`${transferId}.link-1.eml`]);
  const mail = await simpleParser(await readFile(join(dir, `${transferId}.link-1.eml`)));
  const [link] = await linksOf(batchId);
  expect(mail.subject).toBe('Votre accord');
  expect(mail.text).toContain(`Bonjour. Assurance Exemple (Sandbox) : ${link?.url}\n`);
  expect(mail.text).toMatch(/Jusqu’au \d{4}-\d\d-\d\d \d\d:\d\d \(America\/New_York\)\. 555-0100/);
});
