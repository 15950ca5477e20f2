import { readFile, stat } from 'node:fs/promises';

import { CarryoverError } from '../../../schemas/failures.ts';

/** The content of a secret's file, which only its owner may read. `key` is what the description calls it. Error: SOURCE_AUTH. */
export async function readSecretFile(path: string, key: string): Promise<string> {
  const unreadable = () => {
    throw new CarryoverError('SOURCE_AUTH', `The file of ${key} cannot be read.`, { column: key });
  };
  const { mode } = await stat(path).catch(unreadable);
  if ((mode & 0o077) !== 0) {
    const detail = `The file of ${key} can be read by other users; set its mode to 0600.`;
    throw new CarryoverError('SOURCE_AUTH', detail, { column: key });
  }
  return (await readFile(path, 'utf8').catch(unreadable)).trim();
}
