import { fileURLToPath } from 'node:url';

import { CarryoverError, failures, type FailureCode, type Place } from '../schemas/failures.ts';

/** What people get to know of a failure; with --json, the document under `error`. Holds no value of any file. */
export interface DescribedFailure {
  readonly code: FailureCode;
  /** What happened. */
  readonly message: string;
  readonly detail?: string;
  readonly place?: Place;
  /** What is certain about the state of things now. */
  readonly remains: string;
  /** Which command, or deed, goes on from here. */
  readonly advice: string;
  readonly exitCode: number;
}

/** Says what a failure means. An unexpected one gives its class and the place in our code, never its message: that may hold data. */
export function describeFailure(error: unknown, afterFailure: string): DescribedFailure {
  if (!(error instanceof CarryoverError)) return unexpected(error);
  const { message, advice, exitCode } = failures[error.code];
  return {
    code: error.code,
    message,
    ...(error.detail === '' ? {} : { detail: error.detail }),
    ...(Object.keys(error.place).length === 0 ? {} : { place: error.place }),
    remains: error.code === 'UNEXPECTED' ? unknownState : afterFailure,
    advice,
    exitCode,
  };
}

/** The failure as lines for people. */
export function failureText({ code, message, detail, place, remains, advice }: DescribedFailure): string {
  const lines = [
    `carryover: ${message}${detail === undefined ? '' : ` ${detail}`}`,
    `  code     ${code}`,
    ...(place === undefined ? [] : [`  where    ${placeText(place)}`]),
    `  remains  ${remains}`,
    `  next     ${advice}`,
  ];
  return lines.join('\n');
}

function placeText({ file, line, column }: Place): string {
  return [file, line === undefined ? undefined : `line ${line}`, column === undefined ? undefined : `column ${column}`]
    .filter((part) => part !== undefined)
    .join(', ');
}

const unknownState = 'What was recorded before is kept; `carryover status` shows it.';

function unexpected(error: unknown): DescribedFailure {
  const { message, advice, exitCode } = failures.UNEXPECTED;
  return { code: 'UNEXPECTED', message, detail: classAndFrame(error), remains: unknownState, advice, exitCode };
}

function classAndFrame(error: unknown): string {
  if (!(error instanceof Error)) return `A ${typeof error} was thrown.`;
  const { code } = error as NodeJS.ErrnoException;
  const named = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : '';
  const frame = ownFrame(error);
  return `${error.constructor.name}${named}${frame === undefined ? '' : ` at ${frame}`}.`;
}

/** The first frame in our own sources, as `folder/file.ts:line`. */
function ownFrame({ stack = '', message }: Error): string | undefined {
  const root = fileURLToPath(new URL('..', import.meta.url));
  // The stack repeats the message, whose lines may look like frames.
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n');
  for (const frame of frames) {
    const place = /^ {4}at (?:.* \()?(?:file:\/\/)?(?<place>\/[^()]+:\d+):\d+\)?$/.exec(frame)?.groups?.['place'];
    if (place?.startsWith(root) === true && !place.includes('/node_modules/')) return place.slice(root.length);
  }
  return undefined;
}
