import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ActivityDependencies, Checkpoint } from '../../activities/dependencies.ts';
import { mailOnce, type MailOutcome } from '../../activities/mail-once.ts';
import { linkMailSubject } from '../../domain/link-mail/link-mail-state.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { recordBatch, temporaryLedger, type TemporaryLedger } from '../adapters/ledger/temporary-ledger.ts';
import { openMembersMailbox, type MailFate, type MembersMailbox } from '../support/members-mailbox.ts';

let folder: string;
let mailbox: MembersMailbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carryover-mail-once-'));
  mailbox = await openMembersMailbox(folder);
});
afterAll(async () => {
  await mailbox.close();
  await rm(folder, { recursive: true });
});

/** One run of the activity: how the mail server answers, where the worker dies, whether a second worker does the same at once. */
interface Run {
  readonly fate: MailFate;
  readonly dies?: Checkpoint;
  readonly twice: boolean;
}

/** How often a mail has arrived, by what the ledger says last; `attempted` is a try without an answer. */
const timesArrived: Readonly<Record<MailOutcome | 'attempted', readonly number[]>> = {
  attempted: [0, 1],
  accepted: [1],
  refused: [0],
  unsent: [0],
  unknown: [0, 1],
  written: [],
};

const run = fc.record<Run>(
  {
    fate: fc.constantFrom<MailFate>('take', 'put-off', 'refuse', 'cut'),
    dies: fc.constantFrom<Checkpoint>('after-mail-attempted', 'after-mail-sent'),
    twice: fc.boolean(),
  },
  { requiredKeys: ['fate', 'twice'] },
);

test('however often the mail of a link is asked for, and wherever a worker dies, it arrives at most once, and as the ledger says', async () => {
  const temporary = await temporaryLedger();
  const { transferIds } = await recordBatch(temporary.ledger, 40, 'b1', 'receive');
  let used = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
      const transferId = transferIds[used++ % transferIds.length] as TransferId;
      const messageId = `<link-${used}@plan.example>`;
      const subject = linkMailSubject(used);
      for (const one of runs) await work(temporary, transferId, subject, messageId, one);

      const arrived = (await mailbox.mails()).filter((mail) => mail.messageId === messageId).length;
      const outcomes = await outcomesOf(temporary, transferId, subject);
      expect(timesArrived[outcomes.at(-1) ?? 'attempted']).toContain(arrived);
      // Once it is known what became of it, or that nobody knows, nothing further happens.
      expect(outcomes.slice(0, -1).every((outcome) => outcome === 'unsent')).toBe(true);
    }),
    { numRuns: 40 },
  );
}, 120_000);

async function work(
  { ledger, directory }: TemporaryLedger,
  transferId: TransferId,
  subject: string,
  messageId: string,
  { fate, dies, twice }: Run,
): Promise<void> {
  mailbox.answers([], fate);
  const deps = {
    ledger,
    deliveriesDir: directory,
    checkpoint: (name: Checkpoint) => {
      if (name === dies) throw new Error('the worker dies');
    },
  } as ActivityDependencies;
  const mail = { messageId, from: 'a@plan.example', to: 'b@mail.example', subject: 's', text: 't', references: [] };
  const { host, port, caFile } = mailbox.smtp;
  const smtp = { host, port, caFile, implicitTls: false };
  const once = () => mailOnce(deps, { transferId, subject, mail, smtp, about: 'link' }).catch(() => undefined);
  await Promise.all(twice ? [once(), once()] : [once()]);
}

async function outcomesOf(
  { ledger }: TemporaryLedger,
  transferId: TransferId,
  subject: string,
): Promise<readonly (MailOutcome | 'attempted')[]> {
  const bodies = (await ledger.events(transferId)).filter((event) => event.subject === subject).map(({ body }) => body);
  const answers = bodies.flatMap((body) => (body.kind === 'mail-answered' ? [body.outcome] : []));
  const isOpen = bodies.filter(({ kind }) => kind === 'mail-attempted').length > answers.length;
  return isOpen ? [...answers, 'attempted'] : answers;
}
