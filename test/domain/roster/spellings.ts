import * as fc from 'fast-check';

const accents = ['', '', '\u0301', '\u0308', '\u0327', '\u030c'];
const between = [' ', '-', '\u2010', '\u00a0', '  '];
const suffixes = ['', '', ' Jr.', ', Jr', ' SR', ' II', ' iii', ' IV', ' Esq.', ' Jr. MD', ', Ph.D.'];

/** A name as its words in lower case, none of which is a suffix. */
export const name: fc.Arbitrary<readonly string[]> = fc.array(
  fc.array(fc.constantFrom(...Array.from('abehlmnorstu')), { minLength: 3, maxLength: 8 }).map((all) => all.join('')),
  { minLength: 1, maxLength: 3 },
);

/** The same name as somebody else may write it. */
export function spelledOtherwise(words: readonly string[]): fc.Arbitrary<string> {
  const letter = (plain: string) =>
    fc.tuple(fc.boolean(), fc.constantFrom(...accents), fc.boolean()).map(([upper, accent, composed]) => {
      const accented = (upper ? plain.toUpperCase() : plain) + accent;
      return composed ? accented.normalize('NFC') : accented;
    });
  const word = (plain: string) =>
    fc
      .tuple(fc.tuple(...Array.from(plain, letter)), fc.constantFrom('', '', "'", '’', '.'))
      .map(([all, mark]) => all.join('') + mark);
  return fc
    .tuple(
      fc.tuple(...words.map(word)),
      fc.tuple(...words.map(() => fc.constantFrom(...between))),
      fc.constantFrom(...suffixes),
    )
    .map(
      ([spelled, gaps, suffix]) => spelled.map((one, at) => (at === 0 ? one : `${gaps[at]}${one}`)).join('') + suffix,
    );
}
