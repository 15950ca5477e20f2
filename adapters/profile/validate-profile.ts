import { tableChecker, type CheckTable } from './check-table.ts';
import { profileSchema } from './profile-schema.ts';

/** Checks a profile as it was read, and puts the defaults into it. Error: PROFILE_INVALID with key and line; it never shows a value. */
export const validateProfile: CheckTable = tableChecker({
  schema: profileSchema,
  code: 'PROFILE_INVALID',
  noAlternative: 'The profile needs a table [receive] or [send].',
});
