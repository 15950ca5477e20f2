import { failure, type Failure } from './failure.ts';

/** What a person names or hands in: transfers, batches, decisions, tokens. */
export const deedsFailures = {
  TRANSFER_NOT_FOUND: failure(
    'never',
    2,
    'No transfer has this id or row.',
    'Run `carryover status BATCH` to list the transfers.',
  ),
  BATCH_NOT_FOUND: failure('never', 2, 'No batch has this id.', 'Run `carryover status` to list the batches.'),
  DELIVERY_FOLDER_TAKEN: failure(
    'never',
    7,
    'The folder for the delivery holds something else than a delivery.',
    'Name a folder that is not there yet, or an earlier delivery; nothing was removed.',
  ),
  OBJECTS_PURGED: failure(
    'never',
    1,
    'The sealed objects of a member were purged.',
    'It cannot be written again; the ledger and `carryover report` still account for it.',
  ),
  DEED_NOT_EXPECTED: failure(
    'never',
    7,
    'The transfer is in a state in which this is not expected.',
    'Run `carryover show` to see where the transfer stands.',
  ),
  TOKEN_INVALID: failure(
    'never',
    2,
    'The token is empty or holds characters that a Bearer token cannot have.',
    'Copy the token from the mail again.',
  ),
  TOKEN_EXPIRED: failure('never', 7, 'The token is past its life already.', 'Ask the counterpart for a new token.'),
  TOKEN_ORIGIN_REFUSED: failure(
    'never',
    7,
    'The mail names another origin to post to than the profile.',
    'Check the mail; change the profile only if the counterpart confirms it.',
  ),
  TOKEN_USED_ELSEWHERE: failure(
    'never',
    7,
    'The token was handed in for another transfer already.',
    'Check which member the mail names; nothing was recorded.',
  ),
} as const satisfies Record<string, Failure>;
