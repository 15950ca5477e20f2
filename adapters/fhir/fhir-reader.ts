import type { FhirResource } from '../../schemas/fhir.ts';
import { FhirClient, type FhirClientOptions } from './fhir-client.ts';
import { FhirReadError } from './fhir-read-error.ts';
import { isRecord } from './is-record.ts';

/** Reads FHIR from one server, a counterpart's or our own, under one token. */
export interface FhirReader {
  readonly client: FhirClient;
}

/**
 * Opens a reader; no socket yet. Numbers come back exactly as written (`parseExact`).
 * Every read throws: TOKEN_REJECTED (401), ACCESS_FORBIDDEN (403), COUNTERPART_THROTTLED (429), COUNTERPART_ERROR (5xx),
 * COUNTERPART_UNREACHABLE (network, time-out), COUNTERPART_MALFORMED (anything else that is no FHIR answer), as
 * `FhirReadError` with `status` and `retryAfterMs`; ORIGIN_REFUSED before a socket opens.
 */
export function openFhirReader(options: FhirClientOptions): FhirReader {
  return { client: new FhirClient(options) };
}

export interface PageRequest {
  readonly resourceType: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The `next` link of the page before, as it came. Resource type and parameters are in it then. */
  readonly nextUrl?: string;
}

export interface SearchPage {
  readonly resources: readonly FhirResource[];
  /** OperationOutcomes among the entries: remarks of the server, not resources of the member. */
  readonly outcomes: readonly FhirResource[];
  /** May hold PHI. */
  readonly nextUrl?: string;
  readonly total?: number;
  /** The next link leads back to this very page. */
  readonly samePage: boolean;
  /** When the server answered, by its own clock (`Date`, RFC 9110, 6.6.1): milliseconds since 1970. */
  readonly answeredAtMs?: number;
}

/** Reads one page of a search. Following the links, and noticing that they go in circles, is the caller's. */
export async function searchPage({ client }: FhirReader, request: PageRequest): Promise<SearchPage> {
  const { resourceType, parameters, nextUrl } = request;
  const bundle: Record<string, unknown> =
    nextUrl === undefined
      ? await client.search({ resourceType, searchParams: { ...parameters } })
      : await client.request(absolute(client, nextUrl));
  if (bundle['resourceType'] !== 'Bundle') throw malformed();
  const resources = entriesOf(bundle);
  const next = linkOf(bundle, 'next');
  const total = bundle['total'];
  const answer = client.answerFor(bundle);
  const asked = [answer?.url, linkOf(bundle, 'self')].map((url) => normal(client, url));
  return {
    resources: resources.filter((resource) => !isOutcome(resource)),
    outcomes: resources.filter(isOutcome),
    ...(next === undefined ? {} : { nextUrl: next }),
    ...(typeof total === 'number' ? { total } : {}),
    samePage: next !== undefined && asked.includes(normal(client, next)),
    ...answeredAt(answer?.headers['date']),
  };
}

function answeredAt(date: string | string[] | undefined): Pick<SearchPage, 'answeredAtMs'> {
  const answeredAtMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(answeredAtMs) ? {} : { answeredAtMs };
}

function isOutcome({ resourceType }: FhirResource): boolean {
  return resourceType === 'OperationOutcome';
}

/**
 * Reads what a reference names: `Type/id`, or an absolute URL of the same origin. `undefined` where the counterpart says
 * that it is not there (404, 410).
 */
export async function readResource({ client }: FhirReader, reference: string): Promise<FhirResource | undefined> {
  try {
    return await client.request(reference);
  } catch (error) {
    if (error instanceof FhirReadError && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

/** What came of reading by `Type/id` what a record refers to. */
export type NamedRead =
  | { readonly kind: 'read'; readonly resource: FhirResource }
  /** Not there (404, 410), or this token may not read it (403): the server's choice. */
  | { readonly kind: 'not-readable' }
  /** The answer is another resource than the one that was asked for, by type or id; nothing of it may be used. */
  | { readonly kind: 'another' };

/** Reads what a reference of a record names, as `Type/id`, and holds the answer to that name. */
export async function readNamed(reader: FhirReader, name: string): Promise<NamedRead> {
  const resource = await readResource(reader, name).catch((error: unknown) => {
    if (error instanceof FhirReadError && error.status === 403) return undefined;
    throw error;
  });
  if (resource === undefined) return { kind: 'not-readable' };
  const isAsked = `${resource.resourceType}/${resource.id ?? ''}` === name;
  return isAsked ? { kind: 'read', resource } : { kind: 'another' };
}

/**
 * The HTTP status by which a FHIR server says, in an OperationOutcome, that it does not give this type: not to this token (403), or to
 * nobody. "Subset of Clinical Resources (if available, varies for each payer)" (seed, Step 3). Undefined for any other error, such as
 * the page of a proxy.
 */
export function typeNotGiven(error: unknown): number | undefined {
  if (!(error instanceof FhirReadError) || error.status === undefined || error.issueCode === undefined)
    return undefined;
  const { status, issueCode } = error;
  if (issuesOfTheMoment.has(issueCode)) return undefined;
  const says = statusesOfNotGiven.has(status) || (status === 400 && issueCode === 'not-supported');
  return says ? status : undefined;
}

const statusesOfNotGiven: ReadonlySet<number> = new Set([403, 404, 405, 410, 501]);
/** What is refused for the token's sake or for now says nothing about the type. */
const issuesOfTheMoment: ReadonlySet<string> = new Set(['login', 'expired', 'throttled', 'timeout', 'lock-error']);

/** True where a server refused a search as it was asked, as for a parameter that it does not know (FHIR R4, search.html#errors). */
export function isSearchRefused(error: unknown): boolean {
  return error instanceof FhirReadError && (error.status === 400 || error.status === 422 || error.status === 501);
}

/** True where an answer of success held no FHIR: what a proxy's page or a cut answer is, and may pass. */
export function isNoFhir(error: unknown): boolean {
  return error instanceof FhirReadError && error.code === 'COUNTERPART_MALFORMED' && error.status === 200;
}

function entriesOf(bundle: Record<string, unknown>): readonly FhirResource[] {
  const entries = bundle['entry'] ?? [];
  if (!Array.isArray(entries)) throw malformed();
  return entries.map((entry: unknown) => {
    const resource = isRecord(entry) ? entry['resource'] : undefined;
    if (!isRecord(resource) || typeof resource['resourceType'] !== 'string') throw malformed();
    return resource as FhirResource;
  });
}

function linkOf(bundle: Record<string, unknown>, relation: string): string | undefined {
  const links: readonly unknown[] = Array.isArray(bundle['link']) ? bundle['link'] : [];
  const link = links.filter(isRecord).find((candidate) => candidate['relation'] === relation);
  if (link === undefined) return undefined;
  if (typeof link['url'] !== 'string' || link['url'] === '') throw malformed();
  return link['url'];
}

/** Links are relative to the base where they are not absolute (FHIR R4, Bundle.link). */
function absolute(client: FhirClient, url: string): string {
  const base = client.baseUrl.endsWith('/') ? client.baseUrl : `${client.baseUrl}/`;
  if (!URL.canParse(url, base)) throw malformed();
  return new URL(url, base).href;
}

function normal(client: FhirClient, url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const parsed = new URL(absolute(client, url));
  parsed.searchParams.sort();
  return parsed.href;
}

function malformed(): FhirReadError {
  return new FhirReadError('COUNTERPART_MALFORMED', 200);
}
