/** True for the code of a character that the reference validator takes for white space. */
export function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x85) return false;
  return code === 0x85 || code === 0xa0 || (code >= 0x16_80 && isRareSpace(code));
}

/**
 * True where there is text, and nothing but white space. The reference validator warns of such a value, whatever its type, and looks
 * no further; so every format here lets it pass, and `formatNote` tells of it.
 */
export function isBlank(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    const isWhite = code > 0x20 ? isBreakingSpace(code) : code >= 0x1c || isSpace(code);
    if (!isWhite) return false;
  }
  return value.length > 0;
}

/** White space of Java's `Character.isWhitespace`, above ASCII: no-break spaces are not. */
function isBreakingSpace(code: number): boolean {
  return code >= 0x16_80 && code !== 0x20_07 && code !== 0x20_2f && isRareSpace(code);
}

function isRareSpace(code: number): boolean {
  return (
    code === 0x16_80 ||
    (code >= 0x20_00 && code <= 0x20_0a) ||
    code === 0x20_28 ||
    code === 0x20_29 ||
    code === 0x20_2f ||
    code === 0x20_5f ||
    code === 0x30_00
  );
}
