import { NON_CLINICAL_TYPES, RESOURCE_TYPES, UNCREATABLE_TYPES } from './resource-types.ts';

/** GET /r4/metadata: per type read, search and (except Provenance, Binary) create; nothing on system level (domain.md 1.2). */
export function capabilityStatement(fhirBaseUrl: string): object {
  const resource = [...RESOURCE_TYPES].map((type) => ({
    type,
    versioning: 'versioned-update',
    interaction: [
      ...(NON_CLINICAL_TYPES.has(type) ? [] : [{ code: 'read' }, { code: 'search-type' }]),
      ...(UNCREATABLE_TYPES.has(type) ? [] : [{ code: 'create' }]),
    ],
  }));
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2023-01-05',
    kind: 'instance',
    software: { name: 'Sandbox: a fake of a payer-to-payer server' },
    implementation: { description: 'Sandbox', url: fhirBaseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [{ mode: 'server', resource }],
  };
}
