import type { RecordContext, RecordedResource } from './record-context.ts';

const NPI = 'http://hl7.org/fhir/sid/us-npi';

/** The clinic, its place and its doctor: the same in every member's record. */
export function sharedResources(context: RecordContext): RecordedResource[] {
  return [
    context.common(
      'Organization',
      { identifier: [{ system: NPI, value: '1234567893' }], active: true, name: 'Demo Clinic' },
      'us-core-organization',
    ),
    context.common(
      'Location',
      { status: 'active', name: 'Demo Clinic, main building', managingOrganization: context.shared('Organization') },
      'us-core-location',
    ),
    context.common(
      'Practitioner',
      { identifier: [{ system: NPI, value: '1245319599' }], name: [{ family: 'Sample', given: ['Doctor'] }] },
      'us-core-practitioner',
    ),
  ];
}
