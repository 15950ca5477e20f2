import { CarryoverError, failures } from '../../schemas/failures.ts';

/** True where a source says a business no about one record: it belongs in the report. What may pass (SOURCE_UNREACHABLE) is none. */
export function isSourceRefusal(error: unknown): error is CarryoverError {
  return error instanceof CarryoverError && error.code.startsWith('SOURCE_') && failures[error.code].retry === 'never';
}
