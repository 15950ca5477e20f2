import type { SmtpProfile } from '../../schemas/counterpart.ts';
import type { ComposedMail } from './composed-mail.ts';
import { prepareMail, type MailAnswer } from './send-mail.ts';
import { writeEml } from './write-eml.ts';

export interface MailDelivered {
  readonly outcome: MailAnswer['kind'] | 'written';
  /** The `.eml` to send by hand, where the profile has no mail server. */
  readonly file?: string;
}

/** A mail whose attempt may be written down now. */
export interface ReadyMail {
  /** Where it throws, the `.eml` could not be written, and nothing has left. */
  deliver(): Promise<MailDelivered>;
}

/**
 * A mail as the profile has it leave: by SMTP, or as an `.eml` file in `emlDir`. What fails here has failed before any attempt:
 * throws SECRET_FILE_UNREADABLE, PROFILE_INVALID.
 */
export async function readyMail(
  mail: ComposedMail,
  { smtp, emlDir }: { readonly smtp: SmtpProfile | undefined; readonly emlDir: string },
): Promise<ReadyMail> {
  if (smtp === undefined)
    return { deliver: async () => ({ outcome: 'written', file: await writeEml({ dir: emlDir, mail }) }) };
  const prepared = await prepareMail({ mail, smtp });
  return { deliver: async () => ({ outcome: (await prepared.send()).kind }) };
}
