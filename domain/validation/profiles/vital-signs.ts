/** The base profile of vital signs, for Observations that do not claim it. */
export const vitalSignsUrl = 'http://hl7.org/fhir/StructureDefinition/vitalsigns-implied';

type Resource = Readonly<Record<string, unknown>>;

/** LOINC codes of FHIR R4's vital signs (observation-vitalsigns.html), the panel codes among them. */
const codes = new Set(
  '85353-1 9279-1 8867-4 2708-6 8310-5 8302-2 9843-4 29463-7 39156-5 85354-9 8480-6 8462-4 8478-0 59408-5 8287-5 8306-3 8289-1'.split(
    ' ',
  ),
);

/** True for an Observation that a vital sign's LOINC code names. */
export function isVitalSign(resource: Resource): boolean {
  if (resource['resourceType'] !== 'Observation') return false;
  const coding = (resource['code'] as { coding?: unknown } | null | undefined)?.coding;
  return (
    Array.isArray(coding) &&
    (coding as readonly ({ system?: unknown; code?: unknown } | null)[]).some(
      (one) => one?.system === 'http://loinc.org' && codes.has(String(one.code)),
    )
  );
}
