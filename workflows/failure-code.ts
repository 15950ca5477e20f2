import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';

import { isFailureCode, type FailureCode } from '../schemas/failures.ts';

/** The code of the catalogue behind an error that an activity ended with. */
export function failureCodeOf(error: unknown): FailureCode {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isFailureCode(cause.type)) return cause.type;
  return 'UNEXPECTED';
}

/** True where the time for an activity ran out before it could be done. */
export function isTimeout(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
}

/** True where a try failed and the next one would have come after the activity's time: Temporal gives up at once then. */
export function isOverdue(error: unknown): boolean {
  return error instanceof ActivityFailure && error.retryState === 'TIMEOUT';
}
