import { CarryoverError, failures } from '../schemas/failures.ts';
import { DemoFailure } from './demo-failure.ts';
import { Interrupted } from './interruption.ts';

/** Says why the demo ended before its end. Throws what nobody expected. */
export function describeEnd(reason: unknown): { readonly exitCode: number; readonly text: string } {
  if (reason instanceof Interrupted) return { exitCode: 130, text: 'Stopped, as you asked. The data are kept.' };
  const prefix = 'The demo cannot go on. ';
  if (reason instanceof DemoFailure) return { exitCode: 1, text: `${prefix}${reason.message}` };
  if (reason instanceof CarryoverError)
    return { exitCode: 1, text: `${prefix}${reason.message} ${failures[reason.code].advice}` };
  throw reason;
}
