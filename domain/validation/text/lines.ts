/** Tells lines and columns of a text, for places that are asked for in their order: all of them together cost one look at it. */
export class Lines {
  readonly #text: string;
  readonly #isOneLine: boolean;
  #line = 1;
  #start = 0;

  constructor(text: string) {
    this.#text = text;
    this.#isOneLine = !text.includes('\n');
  }

  /** `line 3, column 5`, both from 1; only the column where the text is one line, as a line of NDJSON is. */
  describe(at: number): string {
    const column = (): string => `column ${at - this.#start + 1}`;
    if (this.#isOneLine) return column();
    for (let end = this.#next(); end >= 0 && end < at; end = this.#next()) {
      this.#line += 1;
      this.#start = end + 1;
    }
    return `line ${this.#line}, ${column()}`;
  }

  #next(): number {
    return this.#text.indexOf('\n', this.#start);
  }
}
