import { CarryoverError } from '../schemas/failures.ts';

/** Reads on, and puts the name of the file to what goes wrong in it: readers know lines, the command line knows names. */
export async function* namingFile<T>(file: string, rows: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* rows;
  } catch (error) {
    throw withFile(error, file);
  }
}

/** The same failure with the name of the file it is about; what is not ours stays as it is. */
export function withFile(error: unknown, file: string): unknown {
  if (!(error instanceof CarryoverError) || error.place.file !== undefined) return error;
  return new CarryoverError(error.code, error.detail, { file, ...error.place }, { cause: error });
}
