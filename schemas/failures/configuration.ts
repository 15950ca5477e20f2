import { failure, type Failure } from './failure.ts';

/** Profiles, the key file, the data directory and the command line. */
export const configurationFailures = {
  USAGE: failure('never', 2, 'The command was not understood.', 'See `carryover <command> --help`.'),
  PROFILE_NOT_FOUND: failure(
    'never',
    2,
    'No counterpart profile has this name.',
    'Run `carryover doctor` to see the profiles that were found, or give a path to a .toml file.',
  ),
  PROFILE_INVALID: failure(
    'never',
    2,
    'The counterpart profile is not valid.',
    'Mend the named key; docs/counterparts.md lists them all.',
  ),
  PROFILE_DIRECTION_MISSING: failure(
    'never',
    2,
    'The counterpart profile has no section for this direction.',
    'Add [receive] or [send] to the profile.',
  ),
  PRODUCTION_NOT_CONFIRMED: failure(
    'never',
    7,
    'The profile is a production profile and --yes-production was not given.',
    'Check the counterpart, then repeat the command with --yes-production.',
  ),
  PRODUCTION_UNSAFE: failure(
    'never',
    7,
    'The production profile names localhost or plain http.',
    'Use https URLs of the production environment; localhost belongs to the sandbox.',
  ),
  KEY_FILE_MISSING: failure(
    'never',
    2,
    'The data directory has a ledger, but its key file is missing.',
    'Restore the key file; without it nothing that was sealed can be read.',
  ),
  KEY_FILE_UNSAFE: failure('never', 7, 'The key file can be read by other users.', 'Set its mode to 0600.'),
  KEY_FILE_INVALID: failure('never', 2, 'The key file is not valid.', 'Restore the key file from its backup.'),
  KEY_WRONG: failure(
    'never',
    2,
    'The key file does not belong to this data directory.',
    'Use the key file that this data directory was made with.',
  ),
  SECRET_FILE_UNREADABLE: failure(
    'never',
    2,
    'A file that the profile names for a secret cannot be read.',
    'Check client_secret_file, and password_file of the mail server, in the profile, and the mode of the file.',
  ),
  DATA_DIR_UNUSABLE: failure(
    'never',
    2,
    'The data directory cannot be used.',
    'Check that it exists, is a directory and can be written.',
  ),
} as const satisfies Record<string, Failure>;
