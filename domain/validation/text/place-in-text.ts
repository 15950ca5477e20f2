import type { JsonVisitor } from './walk-json.ts';

interface Level {
  readonly kind: 'object' | 'list';
  name: string;
  index: number;
}

/** Steps that a path of a resource may have. */
const longestPath = 100;

/** Keeps the FHIRPath of the place where a walk through a JSON text is. */
export class PlaceInText implements JsonVisitor {
  readonly #text: string;
  readonly #levels: Level[] = [];
  #type = '';

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * FHIRPath of the value in hand, empty where it would be too long to be of use. Names that are no names of elements are not
   * repeated: they could be data.
   */
  get path(): string {
    if (this.#levels.length > longestPath) return '';
    let path = this.#type;
    for (const { kind, name, index } of this.#levels) {
      if (kind === 'list') path += `[${index}]`;
      else if (name !== '') path += `.${/^_?[A-Za-z]\w{0,63}$/.test(name) ? name : '(unnamed)'}`;
    }
    return path.startsWith('.') ? path.slice(1) : path;
  }

  /** Name of the property in hand, also where a list is around its values. */
  get property(): string {
    return this.#levels.findLast(({ kind }) => kind === 'object')?.name ?? '';
  }

  open(kind: 'object' | 'list'): void {
    this.#levels.push({ kind, name: '', index: -1 });
  }

  close(): void {
    this.#levels.pop();
  }

  name(start: number, end: number): void {
    const level = this.#levels.at(-1);
    if (level !== undefined) level.name = decoded(this.#text, start, end);
  }

  value(): void {
    const level = this.#levels.at(-1);
    if (level?.kind === 'list') level.index += 1;
  }

  string(start: number, end: number): void {
    if (this.#levels.length !== 1 || this.#levels[0]?.name !== 'resourceType') return;
    const type = this.#text.slice(start, end);
    if (/^[A-Z][A-Za-z]{1,63}$/.test(type)) this.#type = type;
  }

  number(): void {}
}

/** What stands between quotation marks, escapes resolved. */
export function decoded(text: string, start: number, end: number): string {
  const written = text.slice(start, end);
  return written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written;
}
