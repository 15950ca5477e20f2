import type { RecordContext, RecordedResource } from './record-context.ts';

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/';
const RACE_AND_ETHNICITY = 'urn:oid:2.16.840.1.113883.6.238';

/** The member as US Core Patient. */
export function patientResource(context: RecordContext): RecordedResource {
  const { firstName, lastName, birthDate, memberId, postalCode, gender } = context.member;
  return context.own(
    'Patient',
    1,
    {
      extension: [
        populationExtension('race', '2106-3', 'White'),
        populationExtension('ethnicity', '2186-5', 'Not Hispanic or Latino'),
      ],
      identifier: [
        {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MB' }] },
          system: 'https://demo-health-plan.example/member-id',
          value: memberId,
        },
      ],
      active: true,
      name: [{ use: 'official', family: lastName, given: [firstName] }],
      gender,
      birthDate,
      address: [{ line: ['1 Sample Street'], city: 'Boston', state: 'MA', postalCode, country: 'US' }],
    },
    'us-core-patient',
  );
}

function populationExtension(name: 'race' | 'ethnicity', code: string, display: string): object {
  return {
    url: `${US_CORE}us-core-${name}`,
    extension: [
      { url: 'ombCategory', valueCoding: { system: RACE_AND_ETHNICITY, code, display } },
      { url: 'text', valueString: display },
    ],
  };
}
