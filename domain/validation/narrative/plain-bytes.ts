/** The longest narrative that is looked at in one piece. */
export const longest = 1 << 20;

/**
 * The narrative in hand, a byte for each character, at the same places. Bytes are read several times faster than the characters of a
 * string, and four at a time where only a few of them matter. Behind the narrative stands a `<` that begins nothing: every search ends
 * there.
 */
const own = Buffer.alloc(longest + 8);
export const bytes: Uint8Array = own;
const words = new DataView(own.buffer, own.byteOffset, own.length);
const beyondLatin = /[\u0100-\uffff]/;

/** Takes a narrative in hand, which must not be longer than `longest`. */
export function take(text: string): void {
  // No character beyond ASCII means anything in markup: those that have no byte of their own share one. V8 keeps texts without such
  // characters in another form, and sees at once that there are none.
  own.write(beyondLatin.test(text) ? text.replaceAll(/[\u0100-\uffff]/g, '\xff') : text, 'latin1');
  own[text.length] = lessThan;
  own[text.length + 1] = 0;
}

/** Four bytes as one number, the first lowest. */
export function fourAt(at: number): number {
  return words.getInt32(at, true);
}

/** Index of the next `<` or `&`. */
export function endOfText(start: number): number {
  for (let at = start; ; at += 4) {
    const word = words.getInt32(at, true);
    const stops = zeros(word ^ 0x3c3c3c3c) | zeros(word ^ 0x26262626);
    if (stops !== 0) return at + firstByte(stops);
  }
}

/** Index of the next `"`, `&`, `<` or `>`. */
export function endOfPlainValue(start: number): number {
  for (let at = start; ; at += 4) {
    const word = words.getInt32(at, true);
    // The two of each pair differ in one bit.
    const stops = zeros((word | 0x04040404) ^ 0x26262626) | zeros((word | 0x02020202) ^ 0x3e3e3e3e);
    if (stops !== 0) return at + firstByte(stops);
  }
}

/** The top bit of each byte that is zero; of bytes above such a one it may tell too many. */
function zeros(word: number): number {
  return (word - 0x01010101) & ~word & topBits;
}

/** Index in its word of the lowest byte with its top bit. */
function firstByte(marks: number): number {
  return (31 - Math.clz32(marks & -marks)) >> 3;
}

const topBits = 0x80808080 | 0;
const lessThan = 0x3c;
