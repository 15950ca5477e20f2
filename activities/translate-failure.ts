import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, CompleteAsyncError } from '@temporalio/common';

import type { EventLog } from '../adapters/log/event-log.ts';
import { CarryoverError, failures } from '../schemas/failures.ts';

type Activity = (input: never) => Promise<unknown>;

/** Wraps activities so that only failures of the catalogue leave them: code as type, retry rule, no text of the world. */
export function translated<Functions extends Record<string, Activity>>(log: EventLog, functions: Functions): Functions {
  const wrap =
    (name: string, run: Activity): Activity =>
    async (input) => {
      try {
        return await run(input);
      } catch (error) {
        const failure = toApplicationFailure(error);
        // Waiting for a place is no failure, and says so itself.
        if (failure instanceof ApplicationFailure && failure.type !== 'NOT_ADMITTED') {
          const fields = { step: name, code: failure.type ?? 'UNEXPECTED', attempt: activityInfo().attempt };
          log.event('activity-failed', { ...fields, ...unexpectedPlace(error) }, 'warn');
        }
        throw failure;
      }
    };
  return Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, wrap(name, run)])) as Functions;
}

function toApplicationFailure(error: unknown): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure || error instanceof CompleteAsyncError)
    return error;
  const code = error instanceof CarryoverError ? error.code : 'UNEXPECTED';
  const { retry, message } = failures[code];
  // An unexpected error may pass (a full disk, a busy file); its text may hold anything, so it stays here.
  const nonRetryable = code !== 'UNEXPECTED' && retry === 'never';
  return ApplicationFailure.create({
    type: code,
    message,
    nonRetryable,
    ...(error instanceof CarryoverError && error.retryAfterMs !== undefined
      ? { nextRetryDelay: error.retryAfterMs }
      : {}),
  });
}

/** Where an unexpected error was thrown: the class and the first frame of our own code, never its message. */
function unexpectedPlace(error: unknown): { cause?: string } {
  if (error instanceof CarryoverError || !(error instanceof Error)) return {};
  const frame = /(activities|adapters|domain)\/[\w/.-]+:\d+/.exec(error.stack ?? '')?.[0] ?? 'elsewhere';
  return { cause: `${error.name} at ${frame}` };
}
