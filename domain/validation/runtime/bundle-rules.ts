import { isResourceType } from '../r4-resource-types.ts';
import { documentProblems, messageProblems } from './bundle-documents.ts';
import { type Bundle, type BundleProblem, entriesOf, isAbsoluteUrl } from './bundle-entries.ts';

/** What is wrong with a Bundle as a whole: full URLs, links, and the rules of its type. Paths are below the Bundle's. */
export function bundleProblems(bundle: Bundle, strict = false): readonly BundleProblem[] {
  const entries = entriesOf(bundle);
  const problems = [
    ...linkProblems(bundle),
    ...entries.flatMap((entry, index) => fullUrlProblems(bundle, entry, index, strict)),
  ];
  switch (bundle.type) {
    case 'document':
      return [...problems, ...documentProblems(entries)];
    case 'message':
      return [...problems, ...messageProblems(entries)];
    case 'searchset':
      return [...problems, ...entries.flatMap(searchProblems)];
    default:
      return problems;
  }
}

export function bundleIsBroken(bundle: Bundle, strict = false): boolean {
  return bundleProblems(bundle, strict).some(({ severity }) => severity === undefined);
}

type Entry = ReturnType<typeof entriesOf>[number];

const pageLinks = new Set(['first', 'previous', 'next', 'last']);

function linkProblems({ type, link }: Bundle): BundleProblem[] {
  if (!Array.isArray(link)) return [];
  const paged = type === 'searchset' || type === 'history';
  const seen = new Set<unknown>();
  return (link as readonly ({ relation?: unknown } | null)[]).flatMap((one, index) => {
    const relation = one?.relation;
    const path = `.link[${index}]`;
    if (!paged && pageLinks.has(String(relation)))
      return [{ path, code: 'invalid', message: 'Links to pages are for search sets and histories only.' }];
    const repeats = seen.has(relation);
    seen.add(relation);
    if (!repeats || !(relation === 'self' || (paged && pageLinks.has(String(relation))))) return [];
    return [{ path, code: 'invalid', message: 'There is another link of this relation.' }];
  });
}

/** Bundles whose entries need no full URL. */
const withoutFullUrl = new Set<unknown>(['transaction', 'transaction-response', 'batch', 'batch-response']);

function fullUrlProblems(
  { type }: Bundle,
  { fullUrl, resource }: Entry,
  index: number,
  strict: boolean,
): BundleProblem[] {
  const path = `.entry[${index}]`;
  if (fullUrl === undefined)
    return withoutFullUrl.has(type)
      ? []
      : [{ path, code: 'invalid', message: 'The entry must have a fullUrl: the identity of its resource.' }];
  if (!isAbsoluteUrl(fullUrl)) return [{ path, code: 'invalid', message: 'The fullUrl must be absolute.' }];
  if (resource?.resourceType === undefined || !looksRestful(fullUrl)) return [];
  const end = `/${resource.resourceType}/${resource.id}`;
  if (resource.id !== undefined && fullUrl.endsWith(end)) return [];
  const message = "The fullUrl must end with the type and the id of the entry's resource.";
  // HL7's own searches have such entries and were published without an error; a later validator refuses them.
  return [{ path, code: 'invalid', message, ...(type === 'searchset' && !strict && { severity: 'warning' }) }];
}

/** `http://server/Type/id`: a URL that a FHIR server would give. */
function looksRestful(url: string): boolean {
  const type = /^https?:\/\/(?:[\w.:%$-]*\/)*([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}$/.exec(url)?.[1];
  return isResourceType(type);
}

function searchProblems({ resource, search }: Entry, index: number): BundleProblem[] {
  const path = `.entry[${index}]`;
  if (resource === undefined)
    return [{ path, code: 'invalid', message: 'An entry of a search set must have a resource.' }];
  const mode = search?.mode;
  if ((mode === 'match' || mode === 'include') && resource.id === undefined)
    return [{ path, code: 'invalid', message: 'A resource that was found must have an id.' }];
  if (mode === 'outcome' && resource.resourceType !== 'OperationOutcome')
    return [{ path, code: 'invalid', message: 'An entry of the mode outcome must be an OperationOutcome.' }];
  return [];
}
