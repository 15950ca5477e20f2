import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, expect, inject, test } from 'vitest';

import { controlTransfer } from '../../operations/control-transfer.ts';
import { memberDetails, openMailedMembers, type MailedMembers } from '../support/mailed-members.ts';
import { linkIn } from '../support/members-mailbox.ts';
import { untilState } from '../support/until-state.ts';

let members: MailedMembers;
afterEach(() => members.close());

async function open(keys: string): Promise<MailedMembers> {
  members = await openMailedMembers(inject('temporalAddress'), ({ profile }) => `${keys}\n${profile}`);
  return members;
}

test('a member who does not answer is reminded as often as the profile says, with the link; the deadline stays', async () => {
  const lifetime = 'link_lifetime_seconds = 10\nlink_reminder_seconds = 2\nlink_reminders = 2';
  const { world, mailbox, launch, linksOf, mailsInLedger } = await open(lifetime);
  await world.startWorker();
  const { batchId, transferId } = await launch(2);
  const [link] = await linksOf(batchId);
  await untilState(world, batchId, 'expired', 2);

  expect(await mailsInLedger(transferId)).toEqual([
    'link/1 accepted',
    'link/1/reminder/1 accepted',
    'link/1/reminder/2 accepted',
  ]);
  const [first, ...reminders] = await mailbox.mails();
  expect(reminders.map(({ messageId }) => messageId)).toEqual(
    [1, 2].map((reminder) => `<${transferId}.link-1.reminder-${reminder}@plan.example>`),
  );
  for (const mail of reminders) {
    expect({ to: mail.inReplyTo, subject: mail.subject }).toEqual({
      to: first?.messageId,
      subject: 'Re: Your permission is needed',
    });
    expect(linkIn(mail)).toBe(link?.url);
    for (const detail of memberDetails) expect(mail.text?.replace(linkIn(mail), '')).not.toContain(detail);
  }
  expect((await world.dataDir.ledger.verifyChain(transferId)).kind).toBe('intact');
});

test('a member who has answered is not reminded, and a later link is reminded of anew', async () => {
  const { world, mailbox, launch, authorizeBy, mailsInLedger, untilMailsInLedger } = await open(
    'link_reminder_seconds = 6\nlink_reminders = 1',
  );
  await world.admin.faults([{ kind: 'status', status: 400, route: 'POST /oauth2/token', ordinals: [1] }]);
  await world.startWorker();
  const { batchId, transferId } = await launch();
  const [first] = await mailbox.untilMails(1);
  await authorizeBy(transferId, linkIn(first!));
  const inLedger = await untilMailsInLedger(transferId, 3);
  expect(inLedger).toEqual(['link/1 accepted', 'link/2 accepted', 'link/2/reminder/1 accepted']);
  const reminder = (await mailbox.mails()).at(-1);
  await authorizeBy(transferId, linkIn(reminder!));
  await untilState(world, batchId, 'stored');
  expect(await mailsInLedger(transferId)).toEqual(inLedger);
});

test('a member whose mail was refused is not reminded of it', async () => {
  const { world, mailbox, launch, mailsInLedger, untilMailsInLedger } = await open('link_reminder_seconds = 1');
  mailbox.answers([], 'refuse');
  await world.startWorker();
  const { transferId } = await launch();
  await untilMailsInLedger(transferId, 1);
  await sleep(3_000);
  expect(await mailsInLedger(transferId)).toEqual(['link/1 refused']);
});

test('a worker killed after it sent a reminder: no second one goes, and the next one does', async () => {
  const { world, mailbox, launch, untilMailsInLedger } = await open('link_reminder_seconds = 2\nlink_reminders = 2');
  const doomed = await world.startWorker({ killAt: { checkpoint: 'after-mail-sent', hit: 2 } });
  const { transferId } = await launch();
  await doomed.ended;
  await world.startWorker();
  expect(await untilMailsInLedger(transferId, 3)).toEqual([
    'link/1 accepted',
    'link/1/reminder/1 unknown',
    'link/1/reminder/2 accepted',
  ]);
  const ids = (await mailbox.mails()).map(({ messageId }) => messageId);
  expect(new Set(ids).size).toBe(3);
  expect(ids).toHaveLength(3);
});

test('a pause leaves out the reminder that would be due in it', async () => {
  const { world, launch, untilMailed, untilLogged, untilMailsInLedger } = await open(
    'link_reminder_seconds = 4\nlink_reminders = 2',
  );
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await untilMailed(batchId, 'accepted');
  await controlTransfer(world.operator, { transferId, control: 'pause' });
  await untilLogged('paused');
  await controlTransfer(world.operator, { transferId, control: 'resume' });
  expect(await untilMailsInLedger(transferId, 2)).toEqual(['link/1 accepted', 'link/1/reminder/2 accepted']);
});
