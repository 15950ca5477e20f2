import { integerNames } from './integer-names.ts';
import { decoded, PlaceInText } from './place-in-text.ts';
import { type JsonVisitor, walkJson } from './walk-json.ts';

export type TextFindingKind =
  | 'written-twice'
  | 'integer-as-decimal'
  | 'refused-escape'
  | 'half-character'
  | 'long-number';

export interface TextFinding {
  readonly kind: TextFindingKind;
  readonly at: number;
  readonly path: string;
}

/** More of them say nothing more. */
const most = 100;

/** Finds, in a text that is JSON, what JSON.parse passes over. Never recursive; the first 100. */
export function textFindings(text: string): readonly TextFinding[] {
  const closer = new CloserLook(text);
  walkJson(text, closer);
  return closer.findings;
}

class CloserLook implements JsonVisitor {
  readonly findings: TextFinding[] = [];
  readonly #text: string;
  readonly #place: PlaceInText;
  /** Names that the objects around have so far; undefined for a list. */
  readonly #names: (Set<string> | undefined)[] = [];

  constructor(text: string) {
    this.#text = text;
    this.#place = new PlaceInText(text);
  }

  open(kind: 'object' | 'list'): void {
    this.#place.open(kind);
    this.#names.push(kind === 'object' ? new Set() : undefined);
  }

  close(): void {
    this.#place.close();
    this.#names.pop();
  }

  name(start: number, end: number): void {
    this.#place.name(start, end);
    const names = this.#names.at(-1);
    const name = decoded(this.#text, start, end);
    if (names?.has(name) === true) this.#find('written-twice', start - 1);
    names?.add(name);
    this.#characters(start, end);
  }

  value(): void {
    this.#place.value();
  }

  string(start: number, end: number): void {
    this.#place.string(start, end);
    this.#characters(start, end);
  }

  number(start: number, end: number): void {
    const written = this.#text.slice(start, end);
    if (!/[.eE]/.test(written)) return;
    if (integerNames.has(this.#place.property)) {
      // A true fraction is no integer, either: that is said where the type is judged.
      if (Number.isInteger(Number(written))) this.#find('integer-as-decimal', start);
    } else if (isBeyondPrecision(written)) this.#find('long-number', start);
  }

  #characters(start: number, end: number): void {
    const written = this.#text.slice(start, end);
    if (!written.isWellFormed()) this.#find('half-character', start);
    if (!written.includes('\\')) return;
    if (hasRefusedEscape(written)) this.#find('refused-escape', start);
    if (!decoded(this.#text, start, end).isWellFormed()) this.#find('half-character', start);
  }

  #find(kind: TextFindingKind, at: number): void {
    if (this.findings.length < most) this.findings.push({ kind, at, path: this.#place.path });
  }
}

/** True for `\b` and `\f`: the reference validator knows no such escapes, and FHIR no such characters. */
function hasRefusedEscape(written: string): boolean {
  for (let at = written.indexOf('\\'); at >= 0; at = written.indexOf('\\', at + 2))
    if (/[bf]/.test(written.charAt(at + 1))) return true;
  return false;
}

/** More digits than FHIR asks systems to keep, or an exponent of more than four: the reference validator warns of both. */
function isBeyondPrecision(written: string): boolean {
  const [digits = '', exponent = ''] = written.split(/[eE]/);
  return digits.replaceAll(/\D/g, '').length > 18 || exponent.replace(/^[+-]/, '').length > 4;
}
