/** A Bundle as far as its own rules look into it; every part may be missing or of another kind, for it was not judged before. */
export interface Bundle {
  readonly type?: unknown;
  readonly link?: unknown;
  readonly entry?: unknown;
}

export interface EntryResource {
  readonly resourceType?: string;
  readonly id?: string;
  readonly [key: string]: unknown;
}

export interface BundleEntry {
  readonly fullUrl?: string;
  readonly resource?: EntryResource;
  readonly search?: { readonly mode?: unknown };
}

/** A fault and its FHIRPath, relative to the Bundle. */
export interface BundleProblem {
  /** An error where it is left out. */
  readonly severity?: 'warning';
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The entries that are objects, with what of them is of the right kind. Positions are kept. */
export function entriesOf({ entry }: Bundle): readonly BundleEntry[] {
  if (!Array.isArray(entry)) return [];
  return (entry as readonly (Readonly<Record<string, unknown>> | null)[]).map((one) => {
    const fullUrl = one?.['fullUrl'];
    const resource = one?.['resource'];
    const search = one?.['search'];
    return {
      ...(typeof fullUrl === 'string' && { fullUrl }),
      ...(isObject(resource) && { resource }),
      ...(isObject(search) && { search }),
    };
  });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a URL with a scheme. */
export function isAbsoluteUrl(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/.test(url);
}

/** Finds the entries that references from other entries mean; made once for a Bundle. */
export class EntryIndex {
  readonly #entries: readonly BundleEntry[];
  readonly #byUrl = new Map<string, number[]>();
  readonly #byName = new Map<string, number[]>();

  constructor(entries: readonly BundleEntry[]) {
    this.#entries = entries;
    entries.forEach(({ fullUrl, resource }, index) => {
      if (fullUrl !== undefined) addTo(this.#byUrl, fullUrl, index);
      if (resource !== undefined) addTo(this.#byName, `${resource.resourceType}/${resource.id}`, index);
    });
  }

  /** Index of the entry that a reference from another entry means; -1 where none is meant. */
  indexOf(from: BundleEntry, reference: string): number {
    const [url = '', version] = withoutFragment(reference).split('/_history/');
    const isAbsolute = isAbsoluteUrl(url);
    const found = this.#first(this.#byUrl.get(isAbsolute ? url : `${baseOf(from.fullUrl)}${url}`), version);
    return found >= 0 || isAbsolute ? found : this.#first(this.#byName.get(url), version);
  }

  #first(indexes: readonly number[] | undefined, version: string | undefined): number {
    return (
      indexes?.find((index) => version === undefined || version === versionOf(this.#entries[index]?.resource)) ?? -1
    );
  }
}

function addTo(map: Map<string, number[]>, key: string, index: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [index]);
  else known.push(index);
}

function withoutFragment(reference: string): string {
  const hash = reference.indexOf('#');
  return hash < 0 ? reference : reference.slice(0, hash);
}

/** `http://server/fhir/` of `http://server/fhir/Type/id`. */
function baseOf(fullUrl: string | undefined): string {
  const parts = fullUrl?.split('/') ?? [];
  return parts.length > 3 ? `${parts.slice(0, -2).join('/')}/` : '';
}

function versionOf(resource: EntryResource | undefined): unknown {
  return (resource?.['meta'] as { versionId?: unknown } | null | undefined)?.versionId;
}
