import { searchPage } from '../../adapters/fhir/fhir-reader.ts';
import { countByType } from '../../domain/payload/count-by-type.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { nonClinicalTypes } from '../../schemas/fhir.ts';
import type { Heartbeats } from '../heartbeating.ts';
import type { SliceEnd } from '../slice-limits.ts';
import type { ReadJob, StoredPage } from './read-job.ts';

const neverKept: ReadonlySet<string> = new Set(nonClinicalTypes);

/**
 * Reads every page of a type from where the last attempt stopped, or until the slice has to end, and says why. Pages that repeat
 * or never end are an error (PAGES_ENDLESS).
 */
export async function readPages(job: ReadJob, beat: Heartbeats, resourceType: string): Promise<SliceEnd | undefined> {
  const stored = await job.storedPages(resourceType);
  const seen = new Set(stored.map(({ nextUrl }) => nextUrl));
  let last = stored.at(-1);
  for (let page = stored.length + 1; last === undefined || last.nextUrl !== undefined; page += 1) {
    if (page > job.receive.maxPages) throw new CarryoverError('PAGES_ENDLESS');
    const end = await job.beforeRequest();
    if (end !== undefined) return end;
    const read = await readPage(job, resourceType, last?.nextUrl);
    if (read.samePage || (read.content.nextUrl !== undefined && seen.has(read.content.nextUrl)))
      throw new CarryoverError('PAGES_ENDLESS');
    seen.add(read.content.nextUrl);
    const since = job.earlier?.changedSince(resourceType);
    await job.storePage(resourceType, page, read.content, since === undefined ? {} : { since });
    beat.report({ resourceType, page });
    last = read.content;
  }
  return undefined;
}

/** One page of a search, for which a request was granted; of an update only what has changed, where the type is asked for so; what may never be kept (seed, "These non-clinical resources are not shared") is dropped and counted. */
export async function readPage(
  job: ReadJob,
  resourceType: string,
  nextUrl: string | undefined,
): Promise<{ readonly content: StoredPage; readonly samePage: boolean; readonly answeredAtMs?: number }> {
  const since = job.earlier?.changedSince(resourceType);
  const page = await searchPage(job.reader, {
    resourceType,
    parameters: {
      _count: String(job.receive.pageSize),
      ...(since !== undefined && { _lastUpdated: `ge${since}` }),
    },
    ...(nextUrl === undefined ? {} : { nextUrl }),
  });
  const { outcomes, nextUrl: next } = page;
  const dropped = page.resources.filter(({ resourceType: type }) => neverKept.has(type));
  return {
    content: {
      resources: page.resources.filter(({ resourceType: type }) => !neverKept.has(type)),
      ...(next === undefined ? {} : { nextUrl: next }),
      ...(outcomes.length > 0 && { outcomes }),
      ...(dropped.length > 0 && { dropped: countByType(dropped) }),
    },
    samePage: page.samePage,
    ...(page.answeredAtMs !== undefined && { answeredAtMs: page.answeredAtMs }),
  };
}
