import { bytes as taken } from './plain-bytes.ts';

const bytes = taken;

/** A code point has seven digits at most; more are for the reader. */
const mostDigits = 7;
const named: readonly Uint8Array[] = ['amp;', 'lt;', 'gt;', 'quot;', 'apos;'].map((name) =>
  Uint8Array.from(name, (character) => character.charCodeAt(0)),
);

/** Index behind the character reference that begins at `start`, one of XML's five or a number in decimals; -1 = none. */
export function endOfReference(start: number): number {
  if (bytes[start] !== ampersand) return -1;
  if (bytes[start + 1] === numberSign) {
    let at = start + 2;
    while (isDigit(bytes[at])) at += 1;
    const isOne = at > start + 2 && at <= start + 2 + mostDigits && bytes[at] === semicolon;
    return isOne && valueOf(start + 2) <= lastCodePoint ? at + 1 : -1;
  }
  for (const name of named) if (beginsWith(name, start + 1)) return start + 1 + name.length;
  return -1;
}

/** True for a reference by number to what Java's `trim` takes away. */
export function isBlankReference(start: number): boolean {
  return bytes[start + 1] === numberSign && endOfReference(start) > 0 && valueOf(start + 2) <= 0x20;
}

function valueOf(start: number): number {
  let value = 0;
  for (let at = start; isDigit(bytes[at]); at += 1) value = value * 10 + (bytes[at] ?? 0) - 0x30;
  return value;
}

/** True where the word stands at a place. */
export function beginsWith(word: Uint8Array, start: number): boolean {
  for (let index = 0; index < word.length; index += 1) if (bytes[start + index] !== word[index]) return false;
  return true;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 0x30 && code <= 0x39;
}

const numberSign = 0x23;
const ampersand = 0x26;
const semicolon = 0x3b;
const lastCodePoint = 0x10_ff_ff;
