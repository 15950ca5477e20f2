/** A set of JSON values: objects are the same where they hold the same, whatever the order of their properties. */
export class ItemSet {
  readonly #keys = new Set<unknown>();

  constructor(items: readonly unknown[] = []) {
    for (const item of items) this.add(item);
  }

  has(item: unknown): boolean {
    return this.#keys.has(keyOf(item));
  }

  /** False where the item was there already. */
  add(item: unknown): boolean {
    const before = this.#keys.size;
    this.#keys.add(keyOf(item));
    return this.#keys.size > before;
  }
}

/** A primitive is its own key; that of an object is its text with sorted properties, which no primitive in JSON begins like. */
function keyOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null ? `\u0000${JSON.stringify(item, sorted)}` : item;
}

function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
