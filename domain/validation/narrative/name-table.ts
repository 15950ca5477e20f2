const slots = 1024;

/** Finds names inside of a text by their characters, without making strings of them. Names are ASCII. */
export class NameTable {
  readonly #names: readonly string[];
  /** Index + 1 by hash; the next free slot where two meet. */
  readonly #slots = new Uint8Array(slots);

  constructor(names: readonly string[]) {
    this.#names = names;
    names.forEach((name, index) => {
      let slot = hashOf(name, 0, name.length);
      while (this.#slots[slot] !== 0) slot = (slot + 1) % slots;
      this.#slots[slot] = index + 1;
    });
  }

  /** Index of the name that stands from `start` to `end`; -1 = none of them. */
  find(text: string, start: number, end: number): number {
    for (let slot = hashOf(text, start, end); ; slot = (slot + 1) % slots) {
      const index = (this.#slots[slot] ?? 0) - 1;
      if (index < 0 || this.endAt(index, text, start) === end) return index;
    }
  }

  /** Where the name with this index ends, if it begins at `start`; else -1. */
  endAt(index: number, text: string, start: number): number {
    const name = this.#names[index];
    if (name === undefined) return -1;
    for (let at = 0; at < name.length; at += 1) if (name.charCodeAt(at) !== text.charCodeAt(start + at)) return -1;
    return start + name.length;
  }
}

function hashOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash & (slots - 1);
}
