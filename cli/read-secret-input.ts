import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { CarryoverError } from '../schemas/failures.ts';
import type { CommandContext } from './command.ts';

/** The longest token that is taken; some counterparts' JWTs are a few kB. */
const longest = 64 * 1024;

/** Reads a secret from a file, else from standard input; on a terminal it is asked for and not shown. Never from an argument. */
export async function readSecretInput(
  { options, out }: CommandContext,
  { file, what }: { readonly file: string | undefined; readonly what: string },
): Promise<string> {
  const secret = (await readRaw(file, options.input, what, out)).trim();
  if (secret === '' || secret.length > longest) throw new CarryoverError('TOKEN_INVALID');
  return secret;
}

async function readRaw(
  file: string | undefined,
  mayAsk: boolean,
  what: string,
  out: CommandContext['out'],
): Promise<string> {
  if (file !== undefined && file !== '-') {
    return readFile(file, 'utf8').catch(() => {
      throw new CarryoverError('USAGE', 'The file cannot be read.', { file });
    });
  }
  if (!process.stdin.isTTY) return text(process.stdin);
  if (!mayAsk) throw new CarryoverError('USAGE', `Give the ${what} with --file or on standard input.`);
  out.note(`Paste the ${what}; it is not shown. Then press Enter.`);
  return askHidden();
}

async function askHidden(): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await asking.question('');
  } finally {
    asking.close();
  }
}
