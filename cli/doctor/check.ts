import { CarryoverError, failures, type Place } from '../../schemas/failures.ts';
import { exitCodes } from '../exit-codes.ts';

/** What one look at the installation found. */
export interface Check {
  /** What was looked at, such as `key file`. */
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'bad';
  readonly detail: string;
  /** What to do, where it is not ok. */
  readonly advice?: string;
  readonly code?: string;
  readonly place?: Place;
  /** The exit code that a bad one means: 2 is to be mended here, 3 is something that cannot be reached. */
  readonly exitCode?: 2 | 3;
}

export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail };
}

export function warning(name: string, detail: string, advice: string): Check {
  return { name, state: 'warning', detail, advice };
}

/** Takes a failure of the catalogue as what a look found; anything else is thrown on. */
export function bad(name: string, error: unknown): Check {
  if (!(error instanceof CarryoverError)) throw error;
  const { message, advice, exitCode } = failures[error.code];
  return {
    name,
    state: 'bad',
    detail: [message, error.detail].filter((part) => part !== '').join(' '),
    advice,
    code: error.code,
    place: error.place,
    exitCode: exitCode === exitCodes.dependency ? exitCodes.dependency : exitCodes.usage,
  };
}

/** Runs a look; a failure of the catalogue becomes what it found. */
export async function look(name: string, work: () => Promise<Check>): Promise<Check> {
  try {
    return await work();
  } catch (error) {
    return bad(name, error);
  }
}
