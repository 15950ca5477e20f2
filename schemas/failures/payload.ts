import { failure, type Failure } from './failure.ts';

/** Members' records, where they come from, and the plan made of them. */
export const payloadFailures = {
  SOURCE_NOT_FOUND: failure(
    'never',
    1,
    "The member's record was not found.",
    'Check the source column and --source-dir.',
  ),
  SOURCE_INVALID: failure(
    'never',
    1,
    "The member's record cannot be read as FHIR R4 JSON.",
    'Mend the named file and line.',
  ),
  SOURCE_SERVER_INVALID: failure(
    'never',
    2,
    'The description of the source server is not valid.',
    'Mend the named key; docs/sources.md lists them all.',
  ),
  SOURCE_UNREACHABLE: failure(
    'retry',
    3,
    "The FHIR server with the members' records cannot be reached, or asks to wait.",
    'A batch tries again by itself; check the network and the URLs of the source description.',
  ),
  SOURCE_AUTH: failure(
    'never',
    2,
    "The FHIR server with the members' records does not let us in.",
    'Check the credentials that the source description names, and what the server grants them.',
  ),
  SOURCE_OTHER_PATIENT: failure(
    'never',
    1,
    'The record belongs to another patient than the roster row.',
    'Stop and find out how the record came to this row.',
  ),
  SOURCE_NO_PATIENT: failure(
    'never',
    1,
    'The record holds no Patient resource.',
    'Add the Patient resource of the member.',
  ),
  SOURCE_CONFLICT: failure(
    'never',
    1,
    'The record holds one resource id with differing content.',
    'Decide which version is right and keep that one.',
  ),
  VALIDATION_REFUSED: failure(
    'never',
    1,
    'The record failed validation and the policy of the profile is to refuse.',
    'See `carryover plan` for the issues.',
  ),
  NOTHING_TO_SEND: failure('never', 1, 'Nothing of the record may be sent.', 'See `carryover plan` for the reasons.'),
  EARLIER_UNKNOWN: failure(
    'never',
    5,
    'An earlier transfer of this member has writes whose fate is unknown.',
    'Decide them first with `carryover decide`.',
  ),
} as const satisfies Record<string, Failure>;
