import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { CarryoverError } from '../../schemas/failures.ts';
import { replaceFile } from '../objects/atomic-file.ts';
import type { ComposedMail } from './composed-mail.ts';
import { mimeOf } from './mime-of.ts';

/**
 * Writes a mail as an `.eml` file (0600) to send by hand, into a directory that is made with mode 0700, and gives its path.
 * The same mail gives the same file name. Throws DATA_DIR_UNUSABLE where other users can look into the directory.
 */
export async function writeEml({ dir, mail }: { readonly dir: string; readonly mail: ComposedMail }): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (((await stat(dir)).mode & 0o077) !== 0) {
    throw new CarryoverError(
      'DATA_DIR_UNUSABLE',
      'The directory for mails is open to other users; set its mode to 0700.',
    );
  }
  const { bytes } = await mimeOf(mail);
  const path = join(dir, `${fileNameOf(mail.messageId)}.eml`);
  await replaceFile(path, bytes);
  return path;
}

function fileNameOf(messageId: string): string {
  return messageId.replace(/^<|@.*$/g, '').replaceAll(/[^\w.-]/g, '-');
}
