import { failure, type Failure } from './failure.ts';

/** The roster and its rows. */
export const rosterFailures = {
  ROSTER_UNREADABLE: failure(
    'never',
    2,
    'The roster cannot be read.',
    'Check the path; it must be a file that can be read.',
  ),
  ROSTER_ENCODING: failure(
    'never',
    2,
    'The roster is not UTF-8.',
    'Save it as UTF-8 and launch again; nothing was started.',
  ),
  ROSTER_TRUNCATED: failure(
    'never',
    2,
    'The compressed roster ends too early.',
    'Fetch the file again; nothing was started.',
  ),
  ROSTER_EMPTY: failure('never', 2, 'The roster has no rows.', 'Check the file; nothing was started.'),
  ROSTER_HEADER: failure(
    'never',
    2,
    'The header of the roster lacks a column, or names one twice.',
    'Mend the header or name an alias in the profile; nothing was started.',
  ),
  ROSTER_SYNTAX: failure('never', 2, 'The roster is not well-formed CSV.', 'Mend the named line; nothing was started.'),
  ROW_INVALID: failure(
    'never',
    1,
    'The row is not a valid member record.',
    'Correct the row and launch it in a new roster.',
  ),
  ROW_DUPLICATE: failure('never', 1, 'The roster names this row or this member twice.', 'Keep one of the rows.'),
  BATCH_DUPLICATE: failure(
    'never',
    7,
    'This roster was launched already at this counterpart in this direction.',
    'Look at the earlier batch; give --again to launch it once more on purpose, when receiving for what has changed since.',
  ),
} as const satisfies Record<string, Failure>;
