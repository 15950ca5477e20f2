import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { defaultLinkText, defaultReminderText, linkTextProblem } from '../../domain/link-mail/link-text.ts';
import type { CounterpartProfile, LinkMailProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';

/** As the profile is written: the texts are in files. */
type WrittenLinkMail = LinkMailProfile & { readonly textFile?: string; readonly reminderTextFile?: string };

/**
 * Puts the texts of link mails in the place of their files, relative to the profile, so that a launch freezes them. A text of
 * somebody's own is also what reminds, unless there is another one for it: ours would be in another language.
 * Error: PROFILE_INVALID, with the key.
 */
export async function withLinkMailTexts(profile: CounterpartProfile, dir: string): Promise<CounterpartProfile> {
  const { receive } = profile;
  if (receive?.linkMail === undefined) return profile;
  const { textFile, reminderTextFile, ...linkMail } = receive.linkMail as WrittenLinkMail;
  const own = await textOf('text_file', textFile, dir);
  const reminder = await textOf('reminder_text_file', reminderTextFile, dir);
  const texts = { text: own ?? defaultLinkText, reminderText: reminder ?? own ?? defaultReminderText };
  return { ...profile, receive: { ...receive, linkMail: { ...linkMail, ...texts } } };
}

async function textOf(key: string, file: string | undefined, dir: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const column = `receive.link_mail.${key}`;
  const text = await readFile(resolve(dir, file), 'utf8').catch(() => {
    throw new CarryoverError('PROFILE_INVALID', `The file of ${column} cannot be read.`, { column });
  });
  const unix = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const problem = linkTextProblem(unix);
  if (problem !== undefined)
    throw new CarryoverError('PROFILE_INVALID', `The file of ${column} ${problem}.`, { column });
  return unix;
}
