import type { FindingKind } from './markup-finding.ts';

/** A character reference that was read: where it ends, and what it stands for or what is wrong with it. */
export type CharacterReference =
  | { readonly end: number; readonly text: string }
  | { readonly end: number; readonly breach: FindingKind };

const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Longer than any reference: what goes on further is a bare `&`. */
const longest = 40;

/** Reads the reference that begins with the `&` at `start`: a number, or one of the five entities that XML knows. */
export function readReference(text: string, start: number): CharacterReference {
  const body = /^[^;&'"><]*/.exec(text.slice(start + 1, start + longest))?.[0] ?? '';
  const end = start + 1 + body.length;
  if (body === '' || text.charCodeAt(end) !== 0x3b) return { end: start + 1, breach: 'bare-ampersand' };
  if (body.startsWith('#')) {
    const character = characterOf(body);
    return character === undefined ? { end: end + 1, breach: 'no-character' } : { end: end + 1, text: character };
  }
  const known = Object.hasOwn(predefined, body) ? predefined[body] : undefined;
  return known === undefined
    ? { end: end + 1, breach: /^[A-Za-z][A-Za-z0-9]*$/.test(body) ? 'unknown-entity' : 'bare-ampersand' }
    : { end: end + 1, text: known };
}

function characterOf(body: string): string | undefined {
  const hexadecimal = /^#x([0-9A-Fa-f]+)$/.exec(body)?.[1];
  const decimal = /^#([0-9]+)$/.exec(body)?.[1];
  const digits = hexadecimal ?? decimal;
  if (digits === undefined) return undefined;
  const code = Number.parseInt(digits, hexadecimal === undefined ? 10 : 16);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}
