import { readResource } from '../../adapters/oneup/fhir-reader.ts';
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
  const have = new Set(record.map(nameOf));
  const resources: FhirResource[] = [];
  let missing = 0;
  for (const wanted = [...referencesIn(record)]; wanted.length > 0;) {
    const reference = wanted.pop();
    if (reference === undefined || have.has(reference)) continue;
    have.add(reference);
    const end = await job.beforeRequest();
    if (end !== undefined) {
      if (resources.length > 0) await keep({ resources, more: true });
      return end;
    }
    const resource = await readIfThere(job, reference);
    if (resource === undefined) missing += 1;
    else {
      resources.push(resource);
      wanted.push(...referencesIn([resource]));
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

const nameOf = ({ resourceType, id }: FhirResource): string => `${resourceType}/${id ?? ''}`;

/** The relative references of fetched types, wherever they stand in the resources. */
function referencesIn(resources: readonly unknown[]): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'reference' && typeof inner === 'string' && isFetched(inner)) found.add(inner);
        else look(inner);
      }
    }
  };
  look(resources);
  return found;
}

function isFetched(reference: string): boolean {
  const [type, id, ...rest] = reference.split('/');
  return rest.length === 0 && id !== undefined && id !== '' && type !== undefined && fetched.has(type);
}

async function readIfThere(job: ReadJob, reference: string): Promise<FhirResource | undefined> {
  try {
    return await readResource(job.reader, reference);
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
