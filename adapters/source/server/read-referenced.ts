import { walkReferences } from '../../../domain/payload/walk-references.ts';
import { CarryoverError } from '../../../schemas/failures.ts';
import { supportingTypes, type FhirResource } from '../../../schemas/fhir.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import { readNamed } from '../../fhir/fhir-reader.ts';
import type { SourceReader } from './source-reader.ts';

/** True for the types behind the clinical ones, which no search by patient finds. */
export function isReferenced(resourceType: string): boolean {
  return supportingTypes.some((type) => type === resourceType);
}

/**
 * Reads what a record refers to and did not bring, and what that refers to in turn, of the types that the description names. What is
 * not there or may not be read is left out: the plan lists it as dangling.
 */
export async function readReferenced(
  { fhirBaseUrl, resourceTypes }: SourceServer,
  reader: SourceReader,
  record: readonly FhirResource[],
): Promise<readonly FhirResource[]> {
  const types = new Set<string>(resourceTypes.filter((type) => isReferenced(type) && type !== 'Patient'));
  const walk = walkReferences(record, { baseUrl: fhirBaseUrl, types });
  const found: FhirResource[] = [];
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    const resource = await readIfThere(reader, name);
    if (resource === undefined) continue;
    found.push(resource);
    walk.found(resource);
  }
  return found;
}

async function readIfThere(reader: SourceReader, name: string): Promise<FhirResource | undefined> {
  const read = await reader.ask((fhir) => readNamed(fhir, name));
  if (read.kind === 'another')
    throw new CarryoverError('SOURCE_INVALID', 'The source server answered with another resource than asked for.');
  return read.kind === 'read' ? read.resource : undefined;
}
