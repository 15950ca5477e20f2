import type { FiredFaults } from '../faults/fault-list.ts';
import type { RecordedResource } from '../members/record/record-context.ts';
import type { Switches } from '../switches.ts';
import type { Addresses } from '../world.ts';
import { operationOutcome } from './operation-outcome.ts';

export interface SearchsetRequest {
  readonly type: string;
  readonly query: URLSearchParams;
  readonly matches: readonly RecordedResource[];
  /** Entries that no search asked for. */
  readonly uninvited: readonly RecordedResource[];
  readonly switches: Readonly<Switches>;
  readonly faults: FiredFaults;
  readonly addresses: Addresses;
}

const MOST_PER_PAGE = 200;
/** Marks the URL of a page that comes once more, which is then an ordinary one. */
const ONCE_MORE = '_again';

export interface SearchsetPage {
  /** JSON: resources stand in it byte for byte. */
  readonly text: string;
  readonly given: readonly RecordedResource[];
}

/** One page of a search. */
export function searchsetPage(request: SearchsetRequest): SearchsetPage {
  const { query, matches, uninvited, switches, addresses, faults } = request;
  const offset = wholeNumber(query.get('_offset'), 0);
  const count = Math.min(wholeNumber(query.get('_count'), switches.defaultPageSize), MOST_PER_PAGE) || 1;
  const page = leftBy(faults, matches.slice(offset, offset + count));
  const entries = [
    ...page.map((resource) => entryText(addresses, resource, 'match')),
    ...uninvited.map((resource) => entryText(addresses, resource, 'include')),
  ];
  if (switches.searchOutcomeEntry === 'present') {
    const outcome = operationOutcome('informational', 'one source did not answer in time', 'warning');
    entries.push(`{"resource":${JSON.stringify(outcome)},"search":{"mode":"outcome"}}`);
  }
  const total = switches.searchTotal === 'present' ? `"total":${matches.length},` : '';
  const links = JSON.stringify(pageLinks(request, offset, count));
  const text = `{"resourceType":"Bundle","type":"searchset",${total}"link":${links},"entry":[${entries.join(',')}]}`;
  return { text, given: [...page, ...uninvited] };
}

/** What a fault leaves of a page; `total` keeps telling the truth. */
function leftBy(faults: FiredFaults, page: readonly RecordedResource[]): readonly RecordedResource[] {
  if (faults.has('empty-page')) return [];
  const wrong = faults.get('wrong-count');
  return wrong === undefined ? page : page.slice(0, Math.max(0, page.length + (wrong.difference ?? -1)));
}

function entryText(addresses: Addresses, resource: RecordedResource, mode: string): string {
  const fullUrl = `${addresses.fhirBaseUrl}/${resource.type}/${resource.id}`;
  return `{"fullUrl":${JSON.stringify(fullUrl)},"resource":${resource.text},"search":{"mode":"${mode}"}}`;
}

function pageLinks(request: SearchsetRequest, offset: number, count: number): object[] {
  const { query, matches, addresses, faults, type } = request;
  const link = (base: string, at: number): string => {
    const parameters = new URLSearchParams(query);
    parameters.delete(ONCE_MORE);
    parameters.set('_count', String(count));
    parameters.set('_offset', String(at));
    return `${base}/${type}?${parameters.toString()}`;
  };
  const links = [{ relation: 'self', url: link(addresses.fhirBaseUrl, offset) }];
  const elsewhere = faults.get('next-link-elsewhere');
  const first = link(addresses.fhirBaseUrl, 0);
  if (faults.has('repeated-page') || faults.has('empty-page'))
    links.push({ relation: 'next', url: `${link(addresses.fhirBaseUrl, offset)}&${ONCE_MORE}=1` });
  else if (faults.has('next-link-to-first')) links.push({ relation: 'next', url: first });
  else if (faults.has('next-link-to-itself'))
    links.push({ relation: 'next', url: link(addresses.fhirBaseUrl, offset) });
  else if (elsewhere !== undefined) {
    const base = elsewhere.location ?? `${addresses.authorizationOrigin}/r4`;
    links.push({ relation: 'next', url: link(base, offset + count) });
  } else if (offset + count < matches.length) {
    links.push({ relation: 'next', url: link(addresses.fhirBaseUrl, offset + count) });
  }
  return links;
}

function wholeNumber(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : otherwise;
}
