import { CarryoverError } from '../../schemas/failures.ts';
import { findTemporalBinary } from '../../tools/temporal-binary.js';

/** Path of the Temporal program: the one on the PATH, else the one in our cache. Throws TEMPORAL_NOT_FOUND. */
export function findTemporal(env: NodeJS.ProcessEnv = process.env): string {
  const found = findTemporalBinary(env);
  if (found.kind === 'found') return found.path;
  throw new CarryoverError('TEMPORAL_NOT_FOUND', `Looked in ${found.tried.join('; ')}.`);
}
