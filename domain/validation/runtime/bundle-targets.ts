type Resource = Readonly<Record<string, unknown>>;

/** An entry as it may be before it was judged. */
export interface TargetEntry {
  readonly fullUrl?: unknown;
  readonly resource?: Resource;
}

/** The entries of a Bundle by what references may call them: a Bundle of many entries is looked through once, not for each reference. */
export class BundleTargets {
  readonly #byName = new Map<string, TargetEntry>();
  readonly #byEnd = new Map<string, TargetEntry[]>();

  constructor(bundle: Resource) {
    const entries = bundle['entry'];
    if (!Array.isArray(entries)) return;
    for (const entry of entries as readonly (TargetEntry | null)[])
      if (typeof entry === 'object' && entry !== null) this.#add(entry);
  }

  /** The resource of the first entry with this full URL, or of this `Type/id`. */
  find(reference: string): Resource | undefined {
    return this.#byName.get(reference)?.resource;
  }

  /** The entries whose full URL, or id where they have none, ends with the last segment of a URL. */
  endingLike(url: string): readonly TargetEntry[] {
    return this.#byEnd.get(lastSegment(url)) ?? [];
  }

  #add(entry: TargetEntry): void {
    const { fullUrl, resource } = entry;
    if (typeof fullUrl === 'string') this.#name(fullUrl, entry);
    const id = typeof resource === 'object' ? resource?.['id'] : undefined;
    if (typeof id === 'string') this.#name(`${String(resource?.['resourceType'])}/${id}`, entry);
    const end = typeof fullUrl === 'string' ? lastSegment(fullUrl) : typeof id === 'string' ? id : undefined;
    if (end === undefined) return;
    const alike = this.#byEnd.get(end);
    if (alike === undefined) this.#byEnd.set(end, [entry]);
    else alike.push(entry);
  }

  #name(name: string, entry: TargetEntry): void {
    if (!this.#byName.has(name)) this.#byName.set(name, entry);
  }
}

function lastSegment(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
