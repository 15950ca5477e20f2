import { readResource } from '../../adapters/fhir/fhir-reader.ts';
import { walkReferences } from '../../domain/payload/walk-references.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { supportingTypes, type FhirResource } from '../../schemas/fhir.ts';
import type { Heartbeats } from '../heartbeating.ts';
import type { SliceEnd } from '../slice-limits.ts';
import type { ReadJob } from './read-job.ts';
import type { StoredPage } from './record-pages.ts';

/** The name under which referenced resources are kept among the pages. */
const referencedPages = 'referenced';

const fetched: ReadonlySet<string> = new Set(supportingTypes.filter((type) => type !== 'Patient'));

/**
 * Fetches by id the Practitioners, Organizations, Locations and Medications that the record refers to and did not bring. Where
 * the slice has to end before, it keeps what it has and says why.
 */
export async function readReferenced(job: ReadJob, beat: Heartbeats): Promise<SliceEnd | undefined> {
  const last = job.pages.of(referencedPages).at(-1);
  if (last !== undefined && last.more === undefined) return undefined;
  const add = (content: StoredPage) => job.pages.add(referencedPages, content);
  const record = pagesSoFar(job).flatMap((page) => page.resources);
  const walk = walkReferences(record, { baseUrl: job.receive.fhirBaseUrl, types: fetched });
  const resources: FhirResource[] = [];
  const unreadable: string[] = [];
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    const end = await job.beforeRequest();
    if (end !== undefined) {
      if (resources.length > 0) await add({ resources, unreadable, more: true });
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
  await add({ resources, unreadable });
  return undefined;
}

/** Every page of this transfer so far, the Patient's first. */
export function pagesSoFar({ pages, receive }: Pick<ReadJob, 'pages' | 'receive'>): readonly StoredPage[] {
  return ['Patient', ...receive.resourceTypes, referencedPages].flatMap((type) => pages.of(type));
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
