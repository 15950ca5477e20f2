type Resource = Readonly<Record<string, unknown>>;

interface Problem {
  readonly constraint?: string;
  readonly code: string;
  readonly message: string;
}

/** dom-2, dom-4 and dom-5, and the id: what a contained resource must have and must not have. */
export function containedProblems(resource: Resource): readonly Problem[] {
  const meta = resource['meta'] as Resource | null | undefined;
  const problems: Problem[] = [];
  if (resource['id'] === undefined)
    problems.push({ code: 'required', message: 'A contained resource must have an id.' });
  if (resource['contained'] !== undefined)
    problems.push({
      code: 'invariant',
      constraint: 'dom-2',
      message: 'A contained resource must not contain resources.',
    });
  if (meta?.['versionId'] !== undefined || meta?.['lastUpdated'] !== undefined)
    problems.push({
      code: 'invariant',
      constraint: 'dom-4',
      message: 'A contained resource must have no version and no time of update.',
    });
  if (meta?.['security'] !== undefined)
    problems.push({
      code: 'invariant',
      constraint: 'dom-5',
      message: 'A contained resource must have no security label.',
    });
  return problems;
}

/** dom-3: index of a contained resource that nothing refers to and that does not refer to its container; -1 = none. */
export function orphanOf(container: Resource): number {
  const contained = container['contained'] as readonly unknown[];
  // Links from outside of all contained resources first: most are among them.
  const outside = new Set<string>();
  for (const [name, value] of Object.entries(container)) if (name !== 'contained') collectLinks(value, outside);
  const open = contained.map((_, index) => index).filter((index) => !outside.has(linkTo(contained[index])));
  if (open.length === 0) return -1;
  const inside = contained.map((one) => {
    const links = new Set<string>();
    collectLinks(one, links);
    return links;
  });
  const from = new Map<string, Set<number>>();
  inside.forEach((links, index) => {
    for (const link of links) from.set(link, (from.get(link) ?? new Set()).add(index));
  });
  const orphan = open.find((index) => {
    const one = contained[index];
    if (typeof one !== 'object' || one === null || inside[index]?.has('#') === true) return false;
    const linking = from.get(linkTo(one));
    return linking === undefined || (linking.size === 1 && linking.has(index));
  });
  return orphan ?? -1;
}

/** Index of a contained resource whose id an earlier one has; -1 = none. */
export function repeatedId(container: Resource): number {
  const seen = new Set<unknown>();
  return (container['contained'] as readonly (Resource | null)[]).findIndex((one) => {
    const id = one?.['id'];
    return id !== undefined && (seen.has(id) || !seen.add(id));
  });
}

function linkTo(contained: unknown): string {
  return `#${String((contained as Resource | null)?.['id'])}`;
}

/** Collects the texts that may be links inside of a resource, `#id`, those in narratives included. */
function collectLinks(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (value.startsWith('#')) found.add(value);
    else if (value.startsWith('<')) for (const [, link = ''] of value.matchAll(/"(#[^"]*)"/g)) found.add(link);
  } else if (typeof value === 'object' && value !== null)
    // Not a loop over keys: the compiler would specialise it for each shape, and start again with the next one.
    Object.values(value).forEach((part) => collectLinks(part, found));
}
