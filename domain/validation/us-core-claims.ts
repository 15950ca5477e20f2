import type { FhirResource, OperationOutcomeIssue } from '../../schemas/fhir.ts';

const usCoreProfile = /^http:\/\/hl7\.org\/fhir\/us\/core\/StructureDefinition\/[^|]+\|(?<version>.+)$/;

/** A resource that claims a US Core profile of another version than the counterpart was configured for: a warning, nothing more. */
export function usCoreClaimIssues({ meta }: FhirResource, usCoreVersion: string): OperationOutcomeIssue[] {
  const profiles: unknown = meta?.profile;
  if (!Array.isArray(profiles)) return [];
  return profiles.flatMap((profile: unknown, index) => {
    const version = typeof profile === 'string' ? usCoreProfile.exec(profile)?.groups?.['version'] : undefined;
    if (version === undefined || version === usCoreVersion) return [];
    return [
      {
        severity: 'warning' as const,
        code: 'business-rule',
        diagnostics: `The resource claims a US Core profile of another version than ${usCoreVersion}.`,
        expression: [`meta.profile[${index}]`],
      },
    ];
  });
}
