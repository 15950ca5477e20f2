import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { simpleParser } from 'mailparser';
import { afterEach, expect, inject, test } from 'vitest';

import { generateMember } from '../../fixtures/generate-member.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { recordApproval } from '../../operations/record-approval.ts';
import { resubmit } from '../../operations/resubmit.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import { writeFaultRoster } from '../support/fault-roster.ts';
import { openWorld, type World, type WorldWishes } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilState } from '../support/until-state.ts';

const seed = 51;
const { record } = generateMember({ seed, index: 0, size: 60 });
const details = [record.family, record.given, record.birthDate, record.previousMemberId, record.zip];
let world: World;
afterEach(() => world.close());

async function open(send: string, wishes: Partial<WorldWishes> = {}): Promise<void> {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    send: `write_timeout_ms = 5000\n${send}`,
    ...wishes,
  });
  // The reviewer lets every mail lie.
  await world.admin.reviewerRules([{ previousMemberId: record.previousMemberId, outcome: 'hold' }]);
}

async function launch(): Promise<{ batchId: BatchId; transferId: TransferId }> {
  const { rosterFile } = await writeFaultRoster({ dir: join(world.directory, 'roster'), seed, members: 1 });
  const launched = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launched);
  await untilState(world, batchId, 'approval-requested');
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  return { batchId, transferId: transfer.transferId };
}

type Answered = Extract<LedgerEventBody, { kind: 'mail-answered' }>;

/** What became of each reminder, such as `1 accepted`. */
async function remindersOf(transferId: TransferId): Promise<readonly string[]> {
  const bodies = (await world.dataDir.ledger.events(transferId)).map(({ body }) => body);
  const answers = bodies.filter((body): body is Answered => body.kind === 'mail-answered');
  return answers.flatMap(({ reminder, outcome }) => (reminder === undefined ? [] : [`${reminder} ${outcome}`]));
}

async function untilReminders(transferId: TransferId, count: number): Promise<void> {
  for (let round = 0; round < 400; round += 1) {
    if ((await remindersOf(transferId)).length >= count) return;
    await sleep(50);
  }
  throw new Error(`never ${count} reminders: ${(await remindersOf(transferId)).join(', ')}`);
}

test('while nobody decides, so many reminders go as the profile says, in the thread, without PHI; the deadline stays', async () => {
  await open('approval_reminder_seconds = 1\napproval_reminders = 2\napproval_deadline_seconds = 6');
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await untilState(world, batchId, 'expired');

  expect(await remindersOf(transferId)).toEqual(['1 accepted', '2 accepted']);
  const [first, ...reminders] = await world.admin.mails();
  expect(first?.kind).toBe('member-information');
  expect(reminders.map(({ kind, duplicate }) => ({ kind, duplicate }))).toEqual([
    { kind: 'reminder', duplicate: false },
    { kind: 'reminder', duplicate: false },
  ]);
  for (const [index, { messageId, refersTo, subject, text }] of reminders.entries()) {
    expect(messageId).toBe(`<${transferId}.1.reminder-${index + 1}@plan.example>`);
    expect(new Set(refersTo)).toEqual(new Set([first?.messageId]));
    expect(subject).toBe(`Re: ${first?.subject ?? ''}`);
    for (const detail of details) expect(`${subject}\n${text}`).not.toContain(detail);
  }
  expect((await world.dataDir.ledger.verifyChain(transferId)).kind).toBe('intact');
});

test('after a decision nobody is reminded, and a resubmission is reminded of anew', async () => {
  await open('approval_reminder_seconds = 3\napproval_reminders = 1');
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await recordApproval(world.operator, { transferId, decision: 'changes' });
  await sleep(4_000);
  expect(await remindersOf(transferId)).toEqual([]);

  await resubmit(world.operator, { transferId, corrections: { zip: '02199' } });
  await untilReminders(transferId, 1);
  const mails = await world.admin.mails();
  const reminder = mails.at(-1);
  expect(reminder?.messageId).toBe(`<${transferId}.2.reminder-1@plan.example>`);
  expect(new Set(reminder?.refersTo)).toEqual(new Set(mails.slice(0, 2).map(({ messageId }) => messageId)));
  await recordApproval(world.operator, { transferId, decision: 'refuse' });
  await untilState(world, batchId, 'refused');
});

test('a reminder that cannot be mailed keeps nobody waiting: the token is taken, the record is sent', async () => {
  await open('approval_reminder_seconds = 1\napproval_reminders = 1');
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await world.admin.faults([{ kind: 'status', status: 451, route: 'SMTP DATA' }]);
  await untilReminders(transferId, 2);
  expect(new Set(await remindersOf(transferId))).toEqual(new Set(['1 unsent']));
  await world.admin.reviewerRules([{ previousMemberId: record.previousMemberId, outcome: 'approve' }]);
  await untilEnded(world, batchId);
  expect((await world.dataDir.ledger.transfers.progress(batchId)).byState).toEqual({ sent: 1 });
});

test('a reminder that cannot be mailed does not put off the deadline', async () => {
  await open('approval_reminder_seconds = 1\napproval_reminders = 1\napproval_deadline_seconds = 5');
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await world.admin.faults([{ kind: 'status', status: 451, route: 'SMTP DATA' }]);
  await untilState(world, batchId, 'expired', 1, 300);
  expect(new Set(await remindersOf(transferId))).toEqual(new Set(['1 unsent']));
});

test.for([
  { kind: 'status', status: 550, outcome: 'refused' },
  { kind: 'reset-after-storing', outcome: 'unknown' },
])('a reminder that is $outcome goes out once, ends nothing, and the next one goes', async ({ outcome, ...fault }) => {
  await open('approval_reminder_seconds = 2\napproval_reminders = 2');
  await world.startWorker();
  const { batchId, transferId } = await launch();
  await world.admin.faults([{ ...fault, route: 'SMTP DATA', times: 1 }]);
  await untilReminders(transferId, 2);
  expect(await remindersOf(transferId)).toEqual([`1 ${outcome}`, '2 accepted']);
  const { projection } = await world.dataDir.ledger.transfers.get(transferId);
  expect(projection.state).toBe('approval-requested');
  expect(projection.findings).toEqual(outcome === 'unknown' ? { 'reminder-unknown': 1 } : {});
  expect((await world.admin.mails()).filter(({ duplicate }) => duplicate)).toEqual([]);
  await recordApproval(world.operator, { transferId, decision: 'refuse' });
  await untilState(world, batchId, 'refused');
});

test('without a mail server a reminder is left as a file beside the one of the member-info mail', async () => {
  await open('approval_reminder_seconds = 1\napproval_reminders = 1', { smtp: false });
  await world.startWorker();
  const { transferId } = await launch();
  await untilReminders(transferId, 1);
  expect(await remindersOf(transferId)).toEqual(['1 written']);
  const folder = join(world.dataDir.paths.deliveries, 'mail');
  const files = (await readdir(folder)).toSorted();
  expect(files).toEqual([`${transferId}.1.eml`, `${transferId}.1.reminder-1.eml`]);
  const reminder = await simpleParser(await readFile(join(folder, files[1] ?? '')));
  expect(reminder.inReplyTo).toBe(`<${transferId}.1@plan.example>`);
});
