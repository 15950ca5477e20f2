import { failure, type Failure } from './failure.ts';

/** The counterpart's review, and the mail that asks for it. */
export const approvalFailures = {
  APPROVAL_REFUSED: failure(
    'never',
    1,
    'The counterpart refused the request for this member.',
    'Read the review mail; correct the data and launch the member again.',
  ),
  APPROVAL_EXPIRED: failure(
    'never',
    1,
    'No answer to the request came within the deadline.',
    'Ask the counterpart; launch the member again.',
  ),
  TOKEN_DEADLINE: failure(
    'never',
    1,
    'No token came within the deadline.',
    'Ask the counterpart; launch the member again.',
  ),
  MAIL_REFUSED: failure('never', 1, 'The mail server refused the mail.', 'Check the addresses in the profile.'),
  MAIL_UNSENT: failure(
    'retry',
    3,
    'The mail server could not be reached; the mail was not sent.',
    'It is tried again by itself.',
  ),
  MAIL_UNKNOWN: failure(
    'never',
    1,
    'It is not known whether the mail was sent.',
    'Look into the sent mail; then `carryover resubmit` or wait for the answer.',
  ),
  EVIDENCE_SUBMITTED: failure(
    'never',
    7,
    'The evidence went out before, or may have.',
    'See `carryover onboard status`.',
  ),
} as const satisfies Record<string, Failure>;
