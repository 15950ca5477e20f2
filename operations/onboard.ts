import { join } from 'node:path';

import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';
import { composeEvidenceMail, type Evidence } from '../adapters/mail/compose-evidence-mail.ts';
import type { ComposedMail } from '../adapters/mail/composed-mail.ts';
import { type MailDelivered, readyMail } from '../adapters/mail/ready-mail.ts';
import { evidenceState, mayBeSent } from '../domain/onboarding/evidence-state.ts';
import type { CounterpartProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asObjectKey, type CounterpartId } from '../schemas/ids.ts';
import type { OnboardingBody } from '../schemas/onboarding.ts';

/** Who onboards, and with what. Needs no Temporal. */
export interface Onboarder extends Pick<DataDir, 'ledger' | 'objects' | 'paths'> {
  /** The operating-system user. */
  readonly actor: string;
}

export interface SubmitEvidence extends Omit<Evidence, 'profile'> {
  readonly profile: CounterpartProfile;
  /** Send it although it was sent, may have been, or is not needed. */
  readonly again: boolean;
}

export interface EvidenceSubmitted extends MailDelivered {
  readonly messageId: string;
}

/**
 * Sends the mail of the seed's "Submit Evidence of Payer Membership", once per counterpart. A mail cannot be taken back: its attempt
 * is committed first, and one without an answer is never repeated but on a person's word. Throws EVIDENCE_SUBMITTED where it went
 * out before, or may have; PROFILE_DIRECTION_MISSING, PROFILE_INVALID, SECRET_FILE_UNREADABLE, DATA_DIR_UNUSABLE: nothing was sent.
 */
export async function submitEvidence(onboarder: Onboarder, submit: SubmitEvidence): Promise<EvidenceSubmitted> {
  const { profile, again, ...evidence } = submit;
  const { id, send } = profile;
  if (send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  const events = await onboarder.ledger.onboarding.events(id);
  const state = evidenceState(events);
  if (!again && !mayBeSent(state))
    throw new CarryoverError(
      'EVIDENCE_SUBMITTED',
      `It stands at "${state}" since ${events.at(-1)?.at ?? ''}; --again sends it on purpose.`,
    );
  const mail = composeEvidenceMail({ ...evidence, profile: send });
  const ready = await readyMail(mail, { smtp: send.mail.smtp, emlDir: join(onboarder.paths.deliveries, 'mail') });
  await attempt(onboarder, id, mail, events.length);
  const delivered = await ready.deliver().catch(async (error: unknown) => {
    await note(onboarder, id, { kind: 'answered', messageId: mail.messageId, outcome: 'unsent' });
    throw error;
  });
  await note(onboarder, id, { kind: 'answered', messageId: mail.messageId, outcome: delivered.outcome });
  return { ...delivered, messageId: mail.messageId };
}

/** Records that access was granted already, so that nothing is sent (seed, "If you have already received access, you can proceed"). */
export async function recordGranted(onboarder: Onboarder, counterpartId: CounterpartId): Promise<void> {
  const state = evidenceState(await onboarder.ledger.onboarding.events(counterpartId));
  if (state !== 'granted') await note(onboarder, counterpartId, { kind: 'granted' });
}

/** Seals the mail and commits the attempt, unless somebody else has recorded something since the events were read. */
async function attempt(
  { ledger, objects, actor }: Onboarder,
  id: CounterpartId,
  mail: ComposedMail,
  after: number,
): Promise<void> {
  const mailObject = asObjectKey(`evidence/${id}/${mail.messageId.replaceAll(/^<evidence\.|@.*$/g, '')}`);
  await objects.put(mailObject, Buffer.from(JSON.stringify(mail)));
  const body = { kind: 'attempted', messageId: mail.messageId, mailObject } as const;
  if ((await ledger.onboarding.append(id, body, { actor, after })) !== undefined) return;
  await objects.delete(mailObject);
  throw new CarryoverError('EVIDENCE_SUBMITTED', 'Somebody else did so at this moment.');
}

/** Records what has happened, whatever others recorded meanwhile. */
async function note({ ledger, actor }: Onboarder, id: CounterpartId, body: OnboardingBody): Promise<void> {
  for (;;) {
    const after = (await ledger.onboarding.events(id)).length;
    if ((await ledger.onboarding.append(id, body, { actor, after })) !== undefined) return;
  }
}
