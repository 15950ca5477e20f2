import { readFile } from 'node:fs/promises';

import { CarryoverError } from '../schemas/failures.ts';

/** Longer than anybody explains a decision. */
const longest = 16 * 1024;

/** Where a person's reason stands. */
export interface ReasonOptions {
  readonly why?: string;
  readonly whyFile?: string;
}

/** Reads the reason of a decision, from the argument or from a file. Throws USAGE, without a word of it. */
export async function readReason({ why, whyFile }: ReasonOptions): Promise<string> {
  const place = whyFile === undefined ? {} : { file: whyFile };
  const reason = whyFile === undefined ? why : await readText(whyFile);
  const trimmed = reason?.trim() ?? '';
  if (trimmed === '') throw new CarryoverError('USAGE', 'A decision needs a reason: --why or --why-file.', place);
  if (trimmed.length > longest)
    throw new CarryoverError('USAGE', 'The reason is longer than 16,384 characters.', place);
  return trimmed;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new CarryoverError('USAGE', 'The file cannot be read.', { file });
  });
}
