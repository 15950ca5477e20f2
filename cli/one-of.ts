import { CarryoverError } from '../schemas/failures.ts';

/** Takes a cell as one of the words that are allowed. Throws USAGE, without the cell. */
export function oneOf<Word extends string>(column: string, words: readonly Word[], cell: string | undefined): Word {
  const word = words.find((allowed) => allowed === cell);
  if (word === undefined) throw new CarryoverError('USAGE', `${column} must be one of: ${words.join(', ')}.`);
  return word;
}
