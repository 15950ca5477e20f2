import { readResource } from '../../adapters/fhir/fhir-reader.ts';
import { knownResources, nameOf } from '../../domain/payload/known-record.ts';
import { walkReferences } from '../../domain/payload/walk-references.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { supportingTypes, type FhirResource } from '../../schemas/fhir.ts';
import type { Heartbeats } from '../heartbeating.ts';
import type { SliceEnd } from '../slice-limits.ts';
import type { EarlierRecord } from './earlier-record.ts';
import type { ReadJob, StoredPage } from './read-job.ts';

/** The name under which referenced resources are kept among the pages. */
const referencedPages = 'referenced';

const fetched: ReadonlySet<string> = new Set(supportingTypes.filter((type) => type !== 'Patient'));

/**
 * Fetches by id the Practitioners, Organizations, Locations and Medications that the record refers to and did not bring. Where
 * the slice has to end before, it keeps what it has and says why.
 */
export async function readReferenced(job: ReadJob, beat: Heartbeats): Promise<SliceEnd | undefined> {
  const stored = await job.storedPages(referencedPages);
  const last = stored.at(-1);
  if (last !== undefined && last.more === undefined) return undefined;
  const keep = (content: StoredPage) => job.storePage(referencedPages, stored.length + 1, content);
  const record = await recordSoFar(job);
  const walk = walkReferences(record, { baseUrl: job.receive.fhirBaseUrl, types: fetched });
  const resources: FhirResource[] = [];
  const unreadable: string[] = [];
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    const end = await job.beforeRequest();
    if (end !== undefined) {
      if (resources.length > 0) await keep({ resources, unreadable, more: true });
      return end;
    }
    const resource = await readIfThere(job, name);
    if (resource === undefined) unreadable.push(name);
    else {
      resources.push(resource);
      walk.found(resource);
    }
    beat.report({ referenced: resources.length });
  }
  await keep({ resources, unreadable });
  return undefined;
}

async function recordSoFar(job: ReadJob): Promise<readonly FhirResource[]> {
  const pages = await pagesSoFar(job);
  const brought = pages.flatMap((page) => page.resources);
  if (job.earlier === undefined) return brought;
  const unchanged = pages.flatMap((page) => page.unchanged ?? []);
  const names = new Set([...brought.map(nameOf), ...unchanged.map(({ name }) => name)]);
  return [...brought, ...knownResources(job.earlier.known, unchanged), ...notAskedFor(job, job.earlier, names)];
}

/** What is known of types of which only changes were asked for: it refers to others that may have changed. */
function notAskedFor(
  { receive }: ReadJob,
  { known, changedSince }: EarlierRecord,
  brought: ReadonlySet<string>,
): readonly FhirResource[] {
  const types = new Set(receive.resourceTypes.filter((type) => changedSince(type) !== undefined));
  const left = [...known].filter(([name]) => !brought.has(name)).flatMap(([, contents]) => [...contents.values()]);
  return left.filter(({ resourceType }) => types.has(resourceType));
}

/** Every page that was stored for this transfer so far, the Patient's first. */
export async function pagesSoFar(job: ReadJob): Promise<readonly StoredPage[]> {
  const types = ['Patient', ...job.receive.resourceTypes, referencedPages];
  return (await Promise.all(types.map((type) => job.storedPages(type)))).flat();
}

async function readIfThere(job: ReadJob, name: string): Promise<FhirResource | undefined> {
  try {
    return await readResource(job.reader, name);
  } catch (error) {
    // A reference that the token may not follow is the counterpart's choice: reported, not fatal.
    if (error instanceof CarryoverError && error.code === 'ACCESS_FORBIDDEN') return undefined;
    throw error;
  }
}
