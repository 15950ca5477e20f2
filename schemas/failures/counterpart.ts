import { failure, type Failure } from './failure.ts';

/** Reads and writes at the counterpart. */
export const counterpartFailures = {
  COUNTERPART_UNREACHABLE: failure(
    'retry',
    3,
    'The counterpart cannot be reached.',
    'It is tried again by itself; check the network and the URLs of the profile.',
  ),
  COUNTERPART_ERROR: failure(
    'retry',
    3,
    'The counterpart answered with an error of its own.',
    'It is tried again by itself.',
  ),
  COUNTERPART_THROTTLED: failure(
    'retry',
    3,
    'The counterpart asks to slow down.',
    'It is tried again by itself after the time that the counterpart names.',
  ),
  COUNTERPART_MALFORMED: failure(
    'never',
    1,
    'The answer of the counterpart is not what FHIR or OAuth says.',
    'Ask the counterpart what it answers. A read that brings no FHIR is made again a few times before the transfer ends.',
  ),
  ORIGIN_REFUSED: failure(
    'never',
    7,
    'A URL of another origin was refused; no token was sent there.',
    'Check the profile; the counterpart sent a link to another host.',
  ),
  ACCESS_FORBIDDEN: failure(
    'never',
    1,
    'The counterpart does not allow this with this token.',
    'Ask the counterpart; the transfer has stopped.',
  ),
  WRITE_REFUSED: failure(
    'never',
    1,
    'The counterpart refused the write for this member.',
    'See `carryover show`; ask the counterpart.',
  ),
  WRITE_LOST: failure(
    'never',
    5,
    'The answer to a write was lost.',
    'Decide with `carryover decide`; nothing is posted twice by itself.',
  ),
  TOKEN_REJECTED: failure(
    'never',
    1,
    'The counterpart no longer accepts the access token.',
    'Hand in a new token with `carryover token`.',
  ),
} as const satisfies Record<string, Failure>;
