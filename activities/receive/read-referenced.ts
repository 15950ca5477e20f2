import { readResource } from '../../adapters/fhir/fhir-reader.ts';
import { walkReferences } from '../../domain/payload/walk-references.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { supportingTypes, type FhirResource } from '../../schemas/fhir.ts';
import type { Heartbeats } from '../heartbeating.ts';
import type { SliceEnd } from '../slice-limits.ts';
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
  const keep = (content: StoredPage) => job.storePage(referencedPages, stored.length + 1, content, 0);
  const record = await recordSoFar(job);
  const walk = walkReferences(record, { baseUrl: job.receive.fhirBaseUrl, types: fetched });
  const resources: FhirResource[] = [];
  let missing = 0;
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    const end = await job.beforeRequest();
    if (end !== undefined) {
      if (resources.length > 0) await keep({ resources, more: true });
      return end;
    }
    const resource = await readIfThere(job, name);
    if (resource === undefined) missing += 1;
    else {
      resources.push(resource);
      walk.found(resource);
    }
    beat.report({ referenced: resources.length });
  }
  await keep({ resources });
  if (missing > 0) await noteMissing(job, missing);
  return undefined;
}

/** Every resource that was stored for this transfer so far. */
export async function recordSoFar(job: ReadJob): Promise<readonly FhirResource[]> {
  const types = ['Patient', ...job.receive.resourceTypes, referencedPages];
  const pages = await Promise.all(types.map((type) => job.storedPages(type)));
  return pages.flat().flatMap((page) => page.resources);
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

async function noteMissing(job: ReadJob, count: number): Promise<void> {
  await job.ledger.append(job.transferId, {
    subject: 'referenced-not-readable',
    tryNumber: 1,
    actor: 'worker',
    body: { kind: 'finding', finding: 'referenced-not-readable', count },
  });
}
