import { foldedWords } from './fold-name.ts';

/**
 * Whether two spellings of given names may be one person's: equal, one without the other's further names, or with these as
 * initials. `Mary` is `Mary Ann` and `Ann` may be, too; `Mary Beth` is neither, because twins share family name and birth date.
 */
export function sameGivenName(ours: string, theirs: string): boolean {
  const [a, b] = [foldedWords(ours), foldedWords(theirs)];
  if (a.length === 0 || b.length === 0) return false;
  return isPartOf(a, b) || beginsWith(a, b) || hasInitialsOf(a, b);
}

/** Hyphens and spaces between words do not matter: only the letters must begin and end where words do. */
function isPartOf(part: readonly string[], whole: readonly string[]): boolean {
  const ends = new Set(boundaries(whole));
  const [letters, all] = [part.join(''), whole.join('')];
  return [0, ...ends].some((start) => all.startsWith(letters, start) && ends.has(start + letters.length));
}

function beginsWith(whole: readonly string[], part: readonly string[]): boolean {
  const letters = part.join('');
  return whole.join('').startsWith(letters) && boundaries(whole).includes(letters.length);
}

/** Where each word ends, counted over the letters alone. */
function boundaries(words: readonly string[]): readonly number[] {
  const ends: number[] = [];
  for (const word of words) ends.push((ends.at(-1) ?? 0) + word.length);
  return ends;
}

function hasInitialsOf([first, ...others]: readonly string[], [second, ...more]: readonly string[]): boolean {
  if (first !== second || others.length === 0 || more.length === 0) return false;
  return others.every((word, index) => {
    const other = more[index] ?? word;
    const [short, long] = word.length < other.length ? [word, other] : [other, word];
    return short === long || (isOneLetter(short) && long.startsWith(short));
  });
}

function isOneLetter(word: string): boolean {
  return word.length === 1;
}
