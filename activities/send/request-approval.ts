import { composeMemberInfoMail, type ComposedMail } from '../../adapters/mail/compose-member-info-mail.ts';
import { sendMail } from '../../adapters/mail/send-mail.ts';
import { writeEml } from '../../adapters/mail/write-eml.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import type { MailProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';

export interface RequestApprovalInput {
  readonly transferId: TransferId;
  /** 1, then one more for every resubmission. */
  readonly revision: number;
}

/**
 * Sends the member-info e-mail, or leaves it as an `.eml` file (seed, "Send member information ... to payer2payer").
 * A mail cannot be taken back: its attempt is committed first, and an attempt without an answer is never repeated by itself.
 */
export function requestApproval(deps: ActivityDependencies) {
  return async ({ transferId, revision }: RequestApprovalInput): Promise<void> =>
    heartbeating(async () => {
      const transfer = await deps.ledger.transfers.get(transferId);
      const profile = await frozenProfile(deps, transfer.batchId);
      if (profile.send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
      const record = await openMemberRecord(deps, transfer);
      const mail = composeMemberInfoMail({ record, profile: profile.send, transferId, revision });

      const note = notes(deps, transferId, revision);
      const { attempted, answered, tries } = await note.earlier();
      if (!answered) {
        // A crash between attempt and answer: whether the mail left is not known, and a second one is a person's choice.
        if (attempted) await note.write(tries, { kind: 'mail-answered', outcome: 'unknown' });
        else await deliver(deps, mail, profile.send.mail, note, tries + 1);
      }
      const body = { kind: 'approval-requested', revision, messageId: mail.messageId } as const;
      await note.write(1, body);
      deps.log.event('approval-requested', { transferId, revision });
    });
}

async function deliver(
  deps: ActivityDependencies,
  mail: ComposedMail,
  { smtp }: MailProfile,
  note: ReturnType<typeof notes>,
  tryNumber: number,
): Promise<void> {
  await note.write(tryNumber, { kind: 'mail-attempted', messageId: mail.messageId });
  if (smtp === undefined) {
    await writeEml({ dir: `${deps.deliveriesDir}/mail`, mail });
    return note.write(tryNumber, { kind: 'mail-answered', outcome: 'written' });
  }
  const sent = await sendMail({ mail, smtp });
  await note.write(tryNumber, { kind: 'mail-answered', outcome: sent.kind });
  if (sent.kind === 'refused') throw new CarryoverError('MAIL_REFUSED');
  if (sent.kind === 'unsent') throw new CarryoverError('MAIL_UNSENT');
}

/** The mail events of one revision: what is in the ledger already, and how to add to it. */
function notes({ ledger }: ActivityDependencies, transferId: TransferId, revision: number) {
  const subject = `revision/${revision}`;
  return {
    async earlier() {
      const events = (await ledger.events(transferId)).filter((event) => event.subject === subject);
      const attempts = events.filter(({ body }) => body.kind === 'mail-attempted');
      const answers = events.filter(({ body }) => body.kind === 'mail-answered');
      const delivered = answers.some(({ body }) => body.kind === 'mail-answered' && body.outcome !== 'unsent');
      return { tries: attempts.length, attempted: attempts.length > answers.length, answered: delivered };
    },
    async write(tryNumber: number, body: LedgerEventBody): Promise<void> {
      await ledger.append(transferId, { subject, tryNumber, actor: 'worker', body });
    },
  };
}
