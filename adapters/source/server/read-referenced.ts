import { CarryoverError } from '../../../schemas/failures.ts';
import { supportingTypes, type FhirResource } from '../../../schemas/fhir.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import { CounterpartError } from '../../oneup/counterpart-error.ts';
import { readResource } from '../../oneup/fhir-reader.ts';
import { isLogicalId } from './logical-id.ts';
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
  const types = new Set(resourceTypes.filter((type) => isReferenced(type) && type !== 'Patient'));
  const have = new Set(record.map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`));
  const wantedIn = (resources: readonly FhirResource[]) =>
    referencesIn(resources).flatMap((reference) => nameOf(reference, fhirBaseUrl, types) ?? []);
  const found: FhirResource[] = [];
  const wanted = wantedIn(record);
  for (let name = wanted.shift(); name !== undefined; name = wanted.shift()) {
    if (have.has(name)) continue;
    have.add(name);
    const resource = await readIfThere(reader, name);
    if (resource === undefined) continue;
    found.push(resource);
    wanted.push(...wantedIn([resource]));
  }
  return found;
}

/** `Type/id` of a reference to this server, where its type is wanted. */
function nameOf(reference: string, baseUrl: string, types: ReadonlySet<string>): string | undefined {
  const relative = reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference;
  const [type = '', id = '', ...rest] = relative.split('/');
  return rest.length === 0 && types.has(type) && isLogicalId(id) ? relative : undefined;
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === 'reference' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
}

async function readIfThere(reader: SourceReader, name: string): Promise<FhirResource | undefined> {
  const resource = await reader.ask((fhir) =>
    readResource(fhir, name).catch((error: unknown) => {
      if (error instanceof CounterpartError && error.status === 403) return undefined;
      throw error;
    }),
  );
  if (resource !== undefined && `${resource.resourceType}/${resource.id ?? ''}` !== name)
    throw new CarryoverError('SOURCE_INVALID', 'The source server answered with another resource than asked for.');
  return resource;
}
