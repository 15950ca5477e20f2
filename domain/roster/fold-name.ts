/** Letters that Unicode does not take apart into a base letter and an accent, or writes in two ways. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  þ: 'th',
  ς: 'σ',
};

/** What people write behind a name without its being part of it. */
const suffixes: ReadonlySet<string> = new Set(
  'jr junior sr senior ii iii iv v 2nd 3rd 4th 5th esq md phd dds'.split(' '),
);

/**
 * The words of a name without case, accents, apostrophes and dots. Suffixes at the end are left out, except where the name is
 * nothing else.
 */
export function foldedWords(name: string): readonly string[] {
  const words = name
    .normalize('NFKD')
    .split(/[\p{Z}\s\p{Pd},]+/u)
    .map(foldWord)
    .filter((word) => word !== '');
  const last = words.findLastIndex((word) => !suffixes.has(word));
  return words.slice(0, Math.max(last, 0) + 1);
}

/** A name without case, accents, hyphens, apostrophes, dots, spaces and suffixes, so that two spellings of one name compare equal. */
export function foldName(name: string): string {
  return foldedWords(name).join('');
}

function foldWord(word: string): string {
  return word
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}.'’‘ʼʻ`´′]/gu, '')
    .replace(/[ßæœøłđðħıþς]/g, (letter) => letters[letter] ?? letter);
}
