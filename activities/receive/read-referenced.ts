import { readNamed } from '../../adapters/fhir/fhir-reader.ts';
import { knownResources, nameOf } from '../../domain/payload/known-record.ts';
import { walkReferences } from '../../domain/payload/walk-references.ts';
import { supportingTypes, type FhirResource } from '../../schemas/fhir.ts';
import type { Heartbeats } from '../heartbeating.ts';
import type { SliceEnd } from '../slice-limits.ts';
import { changesAskedSince } from './changes-asked.ts';
import type { ReadJob } from './read-job.ts';
import type { StoredPage } from './record-pages.ts';
import {
  namesWithoutResource,
  openReferencedPages,
  referencedPages,
  type ReferencedPages,
} from './referenced-pages.ts';

const fetched: ReadonlySet<string> = new Set(supportingTypes.filter((type) => type !== 'Patient'));

/**
 * Fetches by id the Practitioners, Organizations, Locations and Medications that the record refers to and did not bring. What was
 * found is kept page by page, and whatever ends the reading before its end: the next attempt asks for the rest only.
 */
export async function readReferenced(job: ReadJob, beat: Heartbeats): Promise<SliceEnd | undefined> {
  const before = job.pages.of(referencedPages);
  const last = before.at(-1);
  if (last !== undefined && last.more === undefined) return undefined;
  const pages = openReferencedPages(job);
  try {
    const end = await readEach(job, beat, { pages, answered: new Set(before.flatMap(namesWithoutResource)) });
    await (end === undefined ? pages.end() : pages.keep());
    return end;
  } catch (error) {
    await pages.keep();
    throw error;
  }
}

interface Walk {
  readonly pages: ReferencedPages;
  /** What an earlier attempt asked for and did not get. */
  readonly answered: ReadonlySet<string>;
}

async function readEach(job: ReadJob, beat: Heartbeats, { pages, answered }: Walk): Promise<SliceEnd | undefined> {
  const walk = walkReferences(recordSoFar(job), { baseUrl: job.receive.fhirBaseUrl, types: fetched });
  let read = 0;
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    if (answered.has(name)) continue;
    const wanted = name;
    const requested = await job.request((reader) => readNamed(reader, wanted));
    if (requested.kind === 'ended') return requested.end;
    const { answer } = requested;
    if (answer.kind === 'read') walk.found(answer.resource);
    await pages.add(name, answer);
    read += 1;
    beat.report({ referenced: read });
  }
  return undefined;
}

function recordSoFar(job: ReadJob): readonly FhirResource[] {
  const pages = pagesSoFar(job);
  const brought = pages.flatMap((page) => page.resources);
  if (job.earlier === undefined) return brought;
  const unchanged = pages.flatMap((page) => page.unchanged ?? []);
  const names = new Set([...brought.map(nameOf), ...unchanged.map(({ name }) => name)]);
  return [...brought, ...knownResources(job.earlier.known, unchanged), ...notAskedFor(job, names)];
}

/** What is known of types of which only changes were asked for: it refers to others that may have changed. */
function notAskedFor(job: ReadJob, brought: ReadonlySet<string>): readonly FhirResource[] {
  const types = new Set(job.receive.resourceTypes.filter((type) => changesAskedSince(job, type) !== undefined));
  const left = [...(job.earlier?.known ?? [])]
    .filter(([name]) => !brought.has(name))
    .flatMap(([, contents]) => [...contents.values()]);
  return left.filter(({ resourceType }) => types.has(resourceType));
}

/** Every page of this transfer so far, the Patient's first. */
export function pagesSoFar({ pages, receive }: Pick<ReadJob, 'pages' | 'receive'>): readonly StoredPage[] {
  return ['Patient', ...receive.resourceTypes, referencedPages].flatMap((type) => pages.of(type));
}
