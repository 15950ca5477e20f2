import { searchPage } from '../../adapters/fhir/fhir-reader.ts';
import { totalOf } from '../../domain/accounting/total-of.ts';
import { countByType } from '../../domain/payload/count-by-type.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { nonClinicalTypes } from '../../schemas/fhir.ts';
import type { Heartbeats } from '../heartbeating.ts';
import type { SliceEnd } from '../slice-limits.ts';
import { noteFinding } from './note-finding.ts';
import type { ReadJob, Requested } from './read-job.ts';
import type { StoredPage } from './record-pages.ts';

const neverKept: ReadonlySet<string> = new Set(nonClinicalTypes);

/**
 * Reads every page of a type from where the last attempt stopped, or until the slice has to end, and says why. Pages that repeat
 * or never end are an error (PAGES_ENDLESS); less than the server's own total is a finding.
 */
export async function readPages(job: ReadJob, beat: Heartbeats, resourceType: string): Promise<SliceEnd | undefined> {
  const read = () => job.pages.of(resourceType);
  const seen = new Set(read().map(({ nextUrl }) => nextUrl));
  for (let last = read().at(-1); last === undefined || last.nextUrl !== undefined; last = read().at(-1)) {
    if (read().length >= job.receive.maxPages) throw new CarryoverError('PAGES_ENDLESS');
    const page = await readPage(job, resourceType, last?.nextUrl);
    if (page.kind === 'ended') return page.end;
    const { content, samePage } = page.answer;
    if (samePage || (content.nextUrl !== undefined && seen.has(content.nextUrl)))
      throw new CarryoverError('PAGES_ENDLESS');
    seen.add(content.nextUrl);
    const since = job.earlier?.changedSince(resourceType);
    await job.pages.add(resourceType, content, since === undefined ? {} : { since });
    beat.report({ resourceType, page: read().length });
  }
  await noteMissing(job, resourceType);
  return undefined;
}

/** Noted at every attempt that finds all pages there: a crash may have come before the finding. */
async function noteMissing(job: ReadJob, resourceType: string): Promise<void> {
  if (missingFrom(job.pages.of(resourceType)) === 0) return;
  // What is counted has to stand first: pages that are read again may bring another number.
  await job.pages.keep();
  await noteFinding(job, `fewer-than-total-${resourceType}`, missingFrom(job.pages.of(resourceType)));
}

/** How many resources the pages lack against the total that came with the last of them that had one. */
function missingFrom(pages: readonly StoredPage[]): number {
  const total = pages.findLast((page) => page.total !== undefined)?.total ?? 0;
  return Math.max(0, total - pages.reduce((sum, page) => sum + cameWith(page), 0));
}

/** What a page brought, whatever became of it. */
function cameWith({ resources, unchanged = [], dropped = {} }: StoredPage): number {
  return resources.length + unchanged.length + totalOf(dropped);
}

export interface PageRead {
  readonly content: StoredPage;
  readonly samePage: boolean;
  /** When the server answered, by its own clock: milliseconds since 1970. */
  readonly answeredAtMs?: number;
}

/**
 * One page of a search; of an update only what has changed, where the type is asked for so. What may never be kept (seed, "These
 * non-clinical resources are not shared") is dropped and counted.
 */
export async function readPage(
  job: ReadJob,
  resourceType: string,
  nextUrl: string | undefined,
): Promise<Requested<PageRead>> {
  const since = job.earlier?.changedSince(resourceType);
  const request = {
    resourceType,
    parameters: {
      _count: String(job.receive.pageSize),
      ...(since !== undefined && { _lastUpdated: `ge${since}` }),
    },
    ...(nextUrl === undefined ? {} : { nextUrl }),
  };
  const requested = await job.request((reader) => searchPage(reader, request));
  if (requested.kind === 'ended') return requested;
  const { resources, outcomes, nextUrl: next, total, samePage, answeredAtMs } = requested.answer;
  const dropped = resources.filter(({ resourceType: type }) => neverKept.has(type));
  const content = {
    resources: resources.filter(({ resourceType: type }) => !neverKept.has(type)),
    ...(next === undefined ? {} : { nextUrl: next }),
    ...(total === undefined ? {} : { total }),
    ...(outcomes.length > 0 && { outcomes }),
    ...(dropped.length > 0 && { dropped: countByType(dropped) }),
  };
  return { kind: 'answered', answer: { content, samePage, ...(answeredAtMs !== undefined && { answeredAtMs }) } };
}
