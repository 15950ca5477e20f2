import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { ComposedMail } from '../adapters/mail/composed-mail.ts';
import { type ReadyMail, readyMail } from '../adapters/mail/ready-mail.ts';
import type { SmtpProfile } from '../schemas/counterpart.ts';
import type { TransferId } from '../schemas/ids.ts';
import type { LedgerEvent, LedgerEventBody } from '../schemas/ledger-events.ts';
import type { ActivityDependencies } from './dependencies.ts';

export type MailOutcome = Extract<LedgerEventBody, { kind: 'mail-answered' }>['outcome'];

export interface MailToGo {
  readonly transferId: TransferId;
  /** What its tries are counted under, such as `revision/1`. */
  readonly subject: string;
  readonly mail: ComposedMail;
  /** Undefined: the mail is left as an `.eml` file. */
  readonly smtp: SmtpProfile | undefined;
  /** The review where left out. */
  readonly about?: 'link';
  /** Its number, where it only reminds of another mail. */
  readonly reminder?: number;
  /** Asked in the transaction that commits the attempt; always wanted where left out. */
  readonly stillWanted?: (ledger: LedgerActions) => Promise<boolean>;
}

/**
 * Sends a mail, or leaves it as an `.eml` file. It cannot be taken back: its attempt is committed first, and one without an
 * answer becomes unknown and is never repeated (decision 010). Only what is proved to be unsent goes again when this is called
 * again. Throws SECRET_FILE_UNREADABLE and PROFILE_INVALID before any attempt, DATA_DIR_UNUSABLE after one that is unsent.
 */
export async function mailOnce(deps: ActivityDependencies, mail: MailToGo): Promise<MailOutcome | 'not-wanted'> {
  const { tries, open, last } = earlierTries(await deps.ledger.events(mail.transferId), mail.subject);
  if (last !== undefined && last !== 'unsent') return last;
  // A crash between attempt and answer: whether the mail left is not known, and a second one is a person's choice.
  if (open) return answered(deps, mail, tries, 'unknown');
  const emlDir = `${deps.deliveriesDir}/mail`;
  const ready = await readyMail(mail.mail, { smtp: mail.smtp, emlDir });
  const tryNumber = tries + 1;
  const attempted = await attempt(deps, mail, tryNumber);
  if (attempted === 'not-wanted') return 'not-wanted';
  // Somebody else has just begun the same try: it is looked at again later.
  if (attempted === 'repeated') return 'unsent';
  await deps.checkpoint?.('after-mail-attempted');
  const outcome = await deliver(deps, mail, tryNumber, ready);
  await deps.checkpoint?.('after-mail-sent');
  return answered(deps, mail, tryNumber, outcome);
}

async function deliver(
  deps: ActivityDependencies,
  mail: MailToGo,
  tryNumber: number,
  ready: ReadyMail,
): Promise<MailOutcome> {
  try {
    return (await ready.deliver()).outcome;
  } catch (error) {
    await answered(deps, mail, tryNumber, 'unsent');
    throw error;
  }
}

function earlierTries(events: readonly LedgerEvent[], subject: string) {
  const bodies = events.filter((event) => event.subject === subject).map(({ body }) => body);
  const tries = bodies.filter(({ kind }) => kind === 'mail-attempted').length;
  const answers = bodies.flatMap((body) => (body.kind === 'mail-answered' ? [body.outcome] : []));
  return { tries, open: tries > answers.length, last: answers.at(-1) };
}

async function attempt(
  { ledger }: ActivityDependencies,
  { transferId, subject, mail: { messageId }, stillWanted, ...mail }: MailToGo,
  tryNumber: number,
): Promise<'appended' | 'repeated' | 'not-wanted'> {
  return ledger.atomically(async (actions) => {
    if (stillWanted !== undefined && !(await stillWanted(actions))) return 'not-wanted';
    const body = { kind: 'mail-attempted', messageId, ...kindOf(mail) } as const;
    const { kind } = await actions.append(transferId, { subject, tryNumber, actor: 'worker', body });
    return kind === 'appended' ? 'appended' : 'repeated';
  });
}

async function answered<Outcome extends MailOutcome>(
  { ledger }: ActivityDependencies,
  { transferId, subject, ...mail }: MailToGo,
  tryNumber: number,
  outcome: Outcome,
): Promise<Outcome> {
  const body = { kind: 'mail-answered', outcome, ...kindOf(mail) } as const;
  await ledger.append(transferId, { subject, tryNumber, actor: 'worker', body });
  return outcome;
}

function kindOf({ about, reminder }: Pick<MailToGo, 'about' | 'reminder'>) {
  return { ...(about !== undefined && { about }), ...(reminder !== undefined && { reminder }) };
}
