import { approvalFailures } from './failures/approval.ts';
import { authorizationFailures } from './failures/authorization.ts';
import { configurationFailures } from './failures/configuration.ts';
import { counterpartFailures } from './failures/counterpart.ts';
import { deedsFailures } from './failures/deeds.ts';
import { deliveryFailures } from './failures/delivery.ts';
import { engineFailures } from './failures/engine.ts';
import type { Failure } from './failures/failure.ts';
import { payloadFailures } from './failures/payload.ts';
import { rosterFailures } from './failures/roster.ts';
import { validationFailures } from './failures/validation.ts';

/**
 * Every failure that people or workflows can meet, by theme. The key is the `ApplicationFailure` type, the heading in
 * docs/errors.md (in this order) and the reason in the ledger.
 */
export const failures = {
  ...configurationFailures,
  ...deedsFailures,
  ...deliveryFailures,
  ...rosterFailures,
  ...payloadFailures,
  ...counterpartFailures,
  ...approvalFailures,
  ...authorizationFailures,
  ...validationFailures,
  ...engineFailures,
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof failures;

/** True where the text is a code of the catalogue. */
export function isFailureCode(text: unknown): text is FailureCode {
  return typeof text === 'string' && Object.hasOwn(failures, text);
}

/** Where in a person's file something is wrong. Never holds a value of the file. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
}

/**
 * An error that people may see: a code of the catalogue and a detail without data.
 * `detail` must not hold PHI, secrets, URLs with parameters or response bodies.
 */
export class CarryoverError extends Error {
  readonly code: FailureCode;
  readonly detail: string;
  readonly place: Place;
  /** How long the other side asks to wait before the next try, where it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: FailureCode,
    detail = '',
    place: Place = {},
    options?: { cause?: unknown; retryAfterMs?: number | undefined },
  ) {
    super(`${code}: ${failures[code].message}${detail === '' ? '' : ` ${detail}`}`, options);
    this.name = 'CarryoverError';
    this.code = code;
    this.detail = detail;
    this.place = place;
    this.retryAfterMs = options?.retryAfterMs;
  }
}
