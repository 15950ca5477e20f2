/** A text of markup and the place in it. Searches remember how far they looked, so that all of them together are linear. */
export class MarkupText {
  readonly source: string;
  readonly length: number;
  at = 0;
  #nextGreater = -1;
  #nextReference = -1;

  constructor(source: string) {
    this.source = source;
    this.length = source.length;
  }

  /** Code of the character `offset` further on; NaN behind the end. */
  code(offset = 0): number {
    return this.source.charCodeAt(this.at + offset);
  }

  codeAt(index: number): number {
    return this.source.charCodeAt(index);
  }

  slice(start: number, end: number): string {
    return this.source.slice(start, end);
  }

  startsWith(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  rest(): string {
    return this.source.slice(this.at);
  }

  /** Goes behind the next `end`; to the end of the text, and false, where there is none. */
  skipPast(end: string): boolean {
    const found = this.source.indexOf(end, this.at);
    this.at = found < 0 ? this.length : found + end.length;
    return found >= 0;
  }

  skipSpace(): void {
    while (isMarkupSpace(this.source.charCodeAt(this.at))) this.at += 1;
  }

  /** Where the text before the next tag ends. */
  endOfText(): number {
    const found = this.source.indexOf('<', this.at);
    return found < 0 ? this.length : found;
  }

  /** Where a value in quotes ends: at its quote, or at the end of the tag where that comes first. */
  endOfQuoted(quote: number): number {
    const found = this.source.indexOf(String.fromCharCode(quote), this.at);
    return Math.min(found < 0 ? this.length : found, this.#greater());
  }

  /** Where a value without quotes ends: at the end of the tag. */
  endOfUnquoted(): number {
    let end = this.at;
    while (end < this.length && this.codeAt(end) !== 0x3e && this.codeAt(end) !== 0x2f) end += 1;
    return end;
  }

  endOfName(start: number): number {
    let end = start;
    while (isNameCode(this.source, end)) end += 1;
    return end;
  }

  isNameAt(index: number): boolean {
    return isNameCode(this.source, index);
  }

  isLetterOrDigitAt(index: number): boolean {
    const code = this.codeAt(index);
    return code !== 0x5f && code !== 0x2d && code !== 0x3a && code !== 0x2e && isNameCode(this.source, index);
  }

  /** Index of the next `&` at or behind a place that is never before an earlier one; Infinity = none. */
  nextReference(from: number): number {
    if (this.#nextReference < from) {
      const found = this.source.indexOf('&', from);
      this.#nextReference = found < 0 ? Infinity : found;
    }
    return this.#nextReference;
  }

  hasReference(start: number, end: number): boolean {
    return this.nextReference(start) < end;
  }

  /** True where no character is left that Java's `trim` would keep. */
  isBlank(start: number, end: number): boolean {
    for (let index = start; index < end; index += 1) if (this.source.charCodeAt(index) > 0x20) return false;
    return true;
  }

  #greater(): number {
    if (this.#nextGreater < this.at) {
      const found = this.source.indexOf('>', this.at);
      this.#nextGreater = found < 0 ? this.length : found;
    }
    return this.#nextGreater;
  }
}

function isMarkupSpace(code: number): boolean {
  if (code > 0x20) return code >= 0x16_80 && (code === 0xfe_ff || /\s/.test(String.fromCharCode(code)));
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
}

function isNameCode(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code >= 0x61 && code <= 0x7a) return true;
  if (code < 0x80)
    return (
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x30 && code <= 0x3a) ||
      code === 0x2d ||
      code === 0x2e ||
      code === 0x5f
    );
  return code >= 0x80 && /[\p{L}\p{Nd}]/u.test(text.charAt(index));
}
