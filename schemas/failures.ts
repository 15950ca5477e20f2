/** What the program does about a failure by itself: `retry` it, or leave it to a person. */
type Retry = 'retry' | 'never';

interface Failure {
  readonly retry: Retry;
  /** The process exit code where a command ends on this failure (table in design.md and docs/errors.md). */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** What happened: a whole sentence, with no data in it. */
  readonly message: string;
  /** What to do next. */
  readonly advice: string;
}

/** Every failure that people or workflows can meet. The key is the `ApplicationFailure` type, the heading in docs/errors.md and the reason in the ledger. */
export const failures = {
  // Configuration and command line
  USAGE: f('never', 2, 'The command was not understood.', 'See `carryover <command> --help`.'),
  PROFILE_NOT_FOUND: f(
    'never',
    2,
    'No counterpart profile has this name.',
    'Run `carryover doctor` to see the profiles that were found, or give a path to a .toml file.',
  ),
  PROFILE_INVALID: f(
    'never',
    2,
    'The counterpart profile is not valid.',
    'Mend the named key; docs/counterparts.md lists them all.',
  ),
  PROFILE_DIRECTION_MISSING: f(
    'never',
    2,
    'The counterpart profile has no section for this direction.',
    'Add [receive] or [send] to the profile.',
  ),
  PRODUCTION_NOT_CONFIRMED: f(
    'never',
    7,
    'The profile is a production profile and --yes-production was not given.',
    'Check the counterpart, then repeat the command with --yes-production.',
  ),
  PRODUCTION_UNSAFE: f(
    'never',
    7,
    'The production profile names localhost or plain http.',
    'Use https URLs of the production environment; localhost belongs to the sandbox.',
  ),
  KEY_FILE_MISSING: f(
    'never',
    2,
    'The data directory has a ledger, but its key file is missing.',
    'Restore the key file; without it nothing that was sealed can be read.',
  ),
  KEY_FILE_UNSAFE: f('never', 7, 'The key file can be read by other users.', 'Set its mode to 0600.'),
  KEY_FILE_INVALID: f('never', 2, 'The key file is not valid.', 'Restore the key file from its backup.'),
  KEY_WRONG: f(
    'never',
    2,
    'The key file does not belong to this data directory.',
    'Use the key file that this data directory was made with.',
  ),
  SECRET_FILE_UNREADABLE: f(
    'never',
    2,
    'The file of the client secret cannot be read.',
    'Check client_secret_file in the profile and the mode of the file.',
  ),
  DATA_DIR_UNUSABLE: f(
    'never',
    2,
    'The data directory cannot be used.',
    'Check that it exists, is a directory and can be written.',
  ),
  TRANSFER_NOT_FOUND: f(
    'never',
    2,
    'No transfer has this id or row.',
    'Run `carryover status BATCH` to list the transfers.',
  ),
  BATCH_NOT_FOUND: f('never', 2, 'No batch has this id.', 'Run `carryover status` to list the batches.'),
  DEED_NOT_EXPECTED: f(
    'never',
    7,
    'The transfer is in a state in which this is not expected.',
    'Run `carryover show` to see where the transfer stands.',
  ),
  TOKEN_INVALID: f(
    'never',
    2,
    'The token is empty or holds characters that a Bearer token cannot have.',
    'Copy the token from the mail again.',
  ),
  TOKEN_EXPIRED: f('never', 7, 'The token is past its life already.', 'Ask the counterpart for a new token.'),
  TOKEN_ORIGIN_REFUSED: f(
    'never',
    7,
    'The mail names another origin to post to than the profile.',
    'Check the mail; change the profile only if the counterpart confirms it.',
  ),
  TOKEN_USED_ELSEWHERE: f(
    'never',
    7,
    'The token was handed in for another transfer already.',
    'Check which member the mail names; nothing was recorded.',
  ),
  // Roster
  ROSTER_UNREADABLE: f('never', 2, 'The roster cannot be read.', 'Check the path; it must be a file that can be read.'),
  ROSTER_ENCODING: f('never', 2, 'The roster is not UTF-8.', 'Save it as UTF-8 and launch again; nothing was started.'),
  ROSTER_TRUNCATED: f(
    'never',
    2,
    'The compressed roster ends too early.',
    'Fetch the file again; nothing was started.',
  ),
  ROSTER_EMPTY: f('never', 2, 'The roster has no rows.', 'Check the file; nothing was started.'),
  ROSTER_HEADER: f(
    'never',
    2,
    'The header of the roster lacks a column, or names one twice.',
    'Mend the header or name an alias in the profile; nothing was started.',
  ),
  ROSTER_SYNTAX: f('never', 2, 'The roster is not well-formed CSV.', 'Mend the named line; nothing was started.'),
  ROW_INVALID: f('never', 1, 'The row is not a valid member record.', 'Correct the row and launch it in a new roster.'),
  ROW_DUPLICATE: f('never', 1, 'The roster names this row or this member twice.', 'Keep one of the rows.'),
  BATCH_DUPLICATE: f(
    'never',
    7,
    'This roster was launched already at this counterpart in this direction.',
    'Look at the earlier batch; give --again to launch it once more on purpose.',
  ),
  // Payload and plan
  SOURCE_NOT_FOUND: f('never', 1, "The member's record was not found.", 'Check the source column and --source-dir.'),
  SOURCE_INVALID: f('never', 1, "The member's record cannot be read as FHIR R4 JSON.", 'Mend the named file and line.'),
  SOURCE_SERVER_INVALID: f(
    'never',
    2,
    'The description of the source server is not valid.',
    'Mend the named key; docs/sources.md lists them all.',
  ),
  SOURCE_UNREACHABLE: f(
    'retry',
    3,
    "The FHIR server with the members' records cannot be reached, or asks to wait.",
    'A batch tries again by itself; check the network and the URLs of the source description.',
  ),
  SOURCE_AUTH: f(
    'never',
    2,
    "The FHIR server with the members' records does not let us in.",
    'Check the credentials that the source description names, and what the server grants them.',
  ),
  SOURCE_OTHER_PATIENT: f(
    'never',
    1,
    'The record belongs to another patient than the roster row.',
    'Stop and find out how the record came to this row.',
  ),
  SOURCE_NO_PATIENT: f('never', 1, 'The record holds no Patient resource.', 'Add the Patient resource of the member.'),
  SOURCE_CONFLICT: f(
    'never',
    1,
    'The record holds one resource id with differing content.',
    'Decide which version is right and keep that one.',
  ),
  VALIDATION_REFUSED: f(
    'never',
    1,
    'The record failed validation and the policy of the profile is to refuse.',
    'See `carryover plan` for the issues.',
  ),
  NOTHING_TO_SEND: f('never', 1, 'Nothing of the record may be sent.', 'See `carryover plan` for the reasons.'),
  EARLIER_UNKNOWN: f(
    'never',
    5,
    'An earlier transfer of this member has writes whose fate is unknown.',
    'Decide them first with `carryover decide`.',
  ),
  // The counterpart
  COUNTERPART_UNREACHABLE: f(
    'retry',
    3,
    'The counterpart cannot be reached.',
    'It is tried again by itself; check the network and the URLs of the profile.',
  ),
  COUNTERPART_ERROR: f(
    'retry',
    3,
    'The counterpart answered with an error of its own.',
    'It is tried again by itself.',
  ),
  COUNTERPART_THROTTLED: f(
    'retry',
    3,
    'The counterpart asks to slow down.',
    'It is tried again by itself after the time that the counterpart names.',
  ),
  COUNTERPART_MALFORMED: f(
    'never',
    1,
    'The answer of the counterpart is not what FHIR or OAuth says.',
    'Show the sealed answer to the counterpart.',
  ),
  ORIGIN_REFUSED: f(
    'never',
    7,
    'A URL of another origin was refused; no token was sent there.',
    'Check the profile; the counterpart sent a link to another host.',
  ),
  ACCESS_FORBIDDEN: f(
    'never',
    1,
    'The counterpart does not allow this with this token.',
    'Ask the counterpart; the transfer has stopped.',
  ),
  WRITE_REFUSED: f(
    'never',
    1,
    'The counterpart refused the write for this member.',
    'See `carryover show`; ask the counterpart.',
  ),
  WRITE_LOST: f(
    'never',
    5,
    'The answer to a write was lost.',
    'Decide with `carryover decide`; nothing is posted twice by itself.',
  ),
  TOKEN_REJECTED: f(
    'never',
    1,
    'The counterpart no longer accepts the access token.',
    'Hand in a new token with `carryover token`.',
  ),
  APPROVAL_REFUSED: f(
    'never',
    1,
    'The counterpart refused the request for this member.',
    'Read the review mail; correct the data and launch the member again.',
  ),
  APPROVAL_EXPIRED: f(
    'never',
    1,
    'No answer to the request came within the deadline.',
    'Ask the counterpart; launch the member again.',
  ),
  TOKEN_DEADLINE: f('never', 1, 'No token came within the deadline.', 'Ask the counterpart; launch the member again.'),
  MAIL_REFUSED: f('never', 1, 'The mail server refused the mail.', 'Check the addresses in the profile.'),
  MAIL_UNSENT: f(
    'retry',
    3,
    'The mail server could not be reached; the mail was not sent.',
    'It is tried again by itself.',
  ),
  MAIL_UNKNOWN: f(
    'never',
    1,
    'It is not known whether the mail was sent.',
    'Look into the sent mail; then `carryover resubmit` or wait for the answer.',
  ),
  EVIDENCE_SUBMITTED: f('never', 7, 'The evidence went out before, or may have.', 'See `carryover onboard status`.'),
  LINK_EXPIRED: f(
    'never',
    1,
    'The member did not authorize within the deadline.',
    'Launch the member again with a new link.',
  ),
  AUTHORIZATION_DENIED: f(
    'never',
    1,
    'The member did not authorize the transfer.',
    'Nothing to do; a new batch makes a new link.',
  ),
  CODE_EXPIRED: f('never', 1, 'The authorization code was past its five minutes.', 'A new link was issued.'),
  EXCHANGE_REFUSED: f('never', 1, 'The counterpart refused the authorization code.', 'A new link was issued.'),
  EXCHANGE_UNKNOWN: f(
    'never',
    1,
    'The answer to the exchange of the code was lost.',
    'A new link was issued; the same code is never used again.',
  ),
  CLIENT_REJECTED: f(
    'never',
    2,
    'The counterpart does not know this client id and secret.',
    'Check client_id and client_secret_file in the profile.',
  ),
  PATIENT_MISMATCH: f(
    'never',
    1,
    'The Patient that was read is not the member on the roster.',
    'Nothing readable was kept; find out who authorized.',
  ),
  PATIENT_AMBIGUOUS: f(
    'never',
    1,
    'The counterpart returned no Patient, or more than one.',
    'Nothing readable was kept; ask the counterpart.',
  ),
  PAGES_ENDLESS: f(
    'never',
    1,
    'The pages of a search repeat or never end.',
    'Ask the counterpart; nothing was delivered.',
  ),
  // The engine
  TEMPORAL_UNREACHABLE: f(
    'retry',
    3,
    'Temporal cannot be reached.',
    'Start it, or set TEMPORAL_ADDRESS; work that was recorded goes on by itself.',
  ),
  TEMPORAL_NOT_FOUND: f(
    'never',
    3,
    'No Temporal server program was found.',
    'Run `node tools/setup.js`, which finds, downloads or builds one.',
  ),
  LEDGER_UNREACHABLE: f('retry', 3, 'The ledger cannot be reached.', 'Check the data directory.'),
  LEDGER_CONFLICT: f(
    'never',
    6,
    'Other content is in the ledger under the same event key.',
    'Stop and report it; the ledger was not changed.',
  ),
  LEDGER_BROKEN: f(
    'never',
    6,
    'The hash chain of the ledger is broken.',
    'Restore the ledger from its backup; do not go on with this one.',
  ),
  NOT_ADMITTED: f('retry', 4, 'Enough members are in flight at this counterpart.', 'Nothing to do; it waits its turn.'),
  FENCED: f('never', 1, 'Another worker has taken this transfer over.', 'Nothing to do; the other worker goes on.'),
  OBJECT_MISSING: f('never', 1, 'A sealed object is missing.', 'Restore the objects directory.'),
  OBJECT_UNREADABLE: f(
    'never',
    1,
    'A sealed object cannot be opened.',
    'Check the key file; the object may have been altered.',
  ),
  PAYLOAD_UNSEALABLE: f(
    'never',
    6,
    'A Temporal payload cannot be opened with our keys.',
    'Check the key file; keep old keys in the ring.',
  ),
  SECRET_GONE: f('never', 1, 'The token was destroyed already.', 'Hand in a new one.'),
  WORKFLOW_LOST: f(
    'never',
    1,
    'Temporal no longer runs the workflow of this transfer.',
    'See `carryover show`; open tries are unknown.',
  ),
  UNEXPECTED: f('never', 1, 'Something unexpected happened.', 'Report it with the log line that has the same code.'),
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof failures;

function f(retry: Retry, exitCode: Failure['exitCode'], message: string, advice: string): Failure {
  return { retry, exitCode, message, advice };
}

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
