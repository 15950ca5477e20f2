import type { FhirResource } from '../../schemas/fhir.ts';

/** How many resources there are of each type. */
export function countByType(resources: readonly FhirResource[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { resourceType } of resources) counts[resourceType] = (counts[resourceType] ?? 0) + 1;
  return counts;
}
