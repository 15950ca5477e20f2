import { isSearchRefused, searchPage, typeNotGiven } from '../../adapters/fhir/fhir-reader.ts';
import { totalOf } from '../../domain/accounting/total-of.ts';
import { countByType } from '../../domain/payload/count-by-type.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { nonClinicalTypes } from '../../schemas/fhir.ts';
import type { Heartbeats } from '../heartbeating.ts';
import type { SliceEnd } from '../slice-limits.ts';
import { changesAskedSince } from './changes-asked.ts';
import { noteFinding } from './note-finding.ts';
import type { ReadJob, Requested } from './read-job.ts';
import type { StoredPage } from './record-pages.ts';

const neverKept: ReadonlySet<string> = new Set(nonClinicalTypes);

/**
 * Reads every page of a type from where the last attempt stopped, or until the slice has to end, and says why. Pages that repeat
 * or never end are an error (PAGES_ENDLESS); less than the server's own total is a finding. A type that the server does not give has one page without anything.
 */
export async function readPages(job: ReadJob, beat: Heartbeats, resourceType: string): Promise<SliceEnd | undefined> {
  const read = () => job.pages.of(resourceType);
  const seen = new Set(read().map(({ nextUrl }) => nextUrl));
  for (let last = read().at(-1); last === undefined || last.nextUrl !== undefined; last = read().at(-1)) {
    if (read().length >= job.receive.maxPages) throw new CarryoverError('PAGES_ENDLESS');
    const page = last === undefined ? await firstPage(job, resourceType) : await readPage(job, resourceType, last);
    if (page.kind === 'ended') return page.end;
    const { content, samePage } = page.answer;
    if (samePage || (content.nextUrl !== undefined && seen.has(content.nextUrl)))
      throw new CarryoverError('PAGES_ENDLESS');
    seen.add(content.nextUrl);
    const since = content.inFull === true ? undefined : changesAskedSince(job, resourceType);
    await job.pages.add(resourceType, content, since === undefined ? {} : { since });
    beat.report({ resourceType, page: read().length });
  }
  await noteMissing(job, resourceType);
  return undefined;
}

/** Asks for changes where that is wanted, and for everything where the server does not take that. */
async function firstPage(job: ReadJob, resourceType: string): Promise<Requested<PageRead>> {
  const since = changesAskedSince(job, resourceType);
  if (since === undefined) return wholeFrom(job, resourceType);
  try {
    return await readPage(job, resourceType, { since });
  } catch (error) {
    if (!isSearchRefused(error)) return notGivenOr(error);
    const whole = await wholeFrom(job, resourceType);
    if (whole.kind === 'ended') return whole;
    return answered({ ...whole.answer, content: { ...whole.answer.content, inFull: true } });
  }
}

async function wholeFrom(job: ReadJob, resourceType: string): Promise<Requested<PageRead>> {
  try {
    return await readPage(job, resourceType);
  } catch (error) {
    return notGivenOr(error);
  }
}

function notGivenOr(error: unknown): Requested<PageRead> {
  const notGiven = typeNotGiven(error);
  if (notGiven === undefined) throw error;
  return answered({ content: { resources: [], notGiven }, samePage: false });
}

const answered = (answer: PageRead): Requested<PageRead> => ({ kind: 'answered', answer });

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
 * One page of a search: the first, of everything or of what has changed since a time, or the next. What may never be kept (seed, "These
 * non-clinical resources are not shared") is dropped and counted.
 */
export async function readPage(
  job: ReadJob,
  resourceType: string,
  { since, nextUrl }: { readonly since?: string; readonly nextUrl?: string } = {},
): Promise<Requested<PageRead>> {
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
  return answered({ content, samePage, ...(answeredAtMs !== undefined && { answeredAtMs }) });
}
