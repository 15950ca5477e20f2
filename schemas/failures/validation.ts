/** The validators, and what they are made from. */
export const validationFailures = {
  VALIDATORS_MISSING: {
    retry: 'never',
    exitCode: 3,
    message: 'The validators are not generated.',
    advice: 'Run `npm run validators` in the folder of Carryover; it takes seconds.',
  },
  US_CORE_VERSION_UNKNOWN: {
    retry: 'never',
    exitCode: 2,
    message: 'There are no rules of this version of US Core.',
    advice: 'Name a version that is there, or bring its FHIR package with --package.',
  },
  FHIR_PACKAGE_INVALID: {
    retry: 'never',
    exitCode: 2,
    message: 'The FHIR package cannot be used.',
    advice:
      'Give the path of a package with profiles or complete code systems: a .tgz, or the folder that it unpacks to.',
  },
  FHIR_PROFILE_UNKNOWN: {
    retry: 'never',
    exitCode: 2,
    message: 'The FHIR profile to judge against is not at hand.',
    advice: 'Check its URL and version, or bring the package that defines it with --package.',
  },
} as const;
