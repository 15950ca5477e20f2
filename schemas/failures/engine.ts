import { failure, type Failure } from './failure.ts';

/** Temporal, the ledger, sealed objects and the program itself. */
export const engineFailures = {
  TEMPORAL_UNREACHABLE: failure(
    'retry',
    3,
    'Temporal cannot be reached.',
    'Start it, or set TEMPORAL_ADDRESS; work that was recorded goes on by itself.',
  ),
  TEMPORAL_NOT_FOUND: failure(
    'never',
    3,
    'No Temporal server program was found.',
    'Run `node tools/setup.js`, which finds, downloads or builds one.',
  ),
  LEDGER_UNREACHABLE: failure('retry', 3, 'The ledger cannot be reached.', 'Check the data directory.'),
  LEDGER_CONFLICT: failure(
    'never',
    6,
    'Other content is in the ledger under the same event key.',
    'Stop and report it; the ledger was not changed.',
  ),
  LEDGER_BROKEN: failure(
    'never',
    6,
    'The hash chain of the ledger is broken.',
    'Restore the ledger from its backup; do not go on with this one.',
  ),
  NOT_ADMITTED: failure(
    'retry',
    4,
    'Enough members are in flight at this counterpart.',
    'Nothing to do; it waits its turn.',
  ),
  FENCED: failure(
    'never',
    1,
    'Another worker has taken this transfer over.',
    'Nothing to do; the other worker goes on.',
  ),
  OBJECT_MISSING: failure('never', 1, 'A sealed object is missing.', 'Restore the objects directory.'),
  OBJECT_UNREADABLE: failure(
    'never',
    1,
    'A sealed object cannot be opened.',
    'Check the key file; the object may have been altered.',
  ),
  PAYLOAD_UNSEALABLE: failure(
    'never',
    6,
    'A Temporal payload cannot be opened with our keys.',
    'Check the key file; keep old keys in the ring.',
  ),
  SECRET_GONE: failure('never', 1, 'The token was destroyed already.', 'Hand in a new one.'),
  WORKFLOW_LOST: failure(
    'never',
    1,
    'Temporal no longer runs the workflow of this transfer.',
    'See `carryover show`; open tries are unknown.',
  ),
  UNEXPECTED: failure(
    'never',
    1,
    'Something unexpected happened.',
    'Report it with the log line that has the same code.',
  ),
} as const satisfies Record<string, Failure>;
