import type { TokenAnswer } from '../../adapters/oneup/oauth.ts';
import { CarryoverError } from '../../schemas/failures.ts';

/** The failure that Temporal tries again by itself, after the time that the counterpart named: nobody has seen the grant. */
export function unsentFailure({ cause, retryAfterMs }: Extract<TokenAnswer, { kind: 'unsent' }>): CarryoverError {
  const code = cause === 'throttled' ? 'COUNTERPART_THROTTLED' : 'COUNTERPART_UNREACHABLE';
  return new CarryoverError(code, '', {}, { retryAfterMs });
}
