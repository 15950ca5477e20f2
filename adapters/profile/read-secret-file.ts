import { readFile, stat } from 'node:fs/promises';

import { CarryoverError } from '../../schemas/failures.ts';

/** Reads a secret from its file, without the final newline that editors add. Error: SECRET_FILE_UNREADABLE. */
export async function readSecretFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CarryoverError('SECRET_FILE_UNREADABLE');
  });
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw new CarryoverError('SECRET_FILE_UNREADABLE', 'The file is empty.');
  if (/[\r\n]/.test(secret)) throw new CarryoverError('SECRET_FILE_UNREADABLE', 'The file has more than one line.');
  return secret;
}

/** A sentence where other users of this machine can read the file of a secret; a warning, because some platforms mount them so. */
export async function secretFileWarning(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return (found.mode & 0o077) === 0
    ? undefined
    : 'The file of a secret can be read by other users; set its mode to 0600.';
}
