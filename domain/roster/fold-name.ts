/** Letters that Unicode does not take apart into a base letter and an accent. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
};

/** A name without case, accents, hyphens, apostrophes, dots and spaces, so that two spellings of one name compare equal. */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Pd}\p{Z}\s.'’‘`´]/gu, '')
    .replace(/[ßæœøłđðþ]/g, (letter) => letters[letter] ?? letter);
}
