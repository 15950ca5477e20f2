import { patternProgram } from './pattern-program.ts';

/** JavaScript that makes a test for a regular expression, and what it needs of the run time. */
export interface LinearPattern {
  readonly initialiser: (runtime: (name: string) => string) => string;
}

/**
 * A regular expression that takes time in proportion to the text, or nothing where there is no such thing (look-around, back
 * references). Most patterns of real rules are safe in JavaScript's own engine; the others go to ours, which cannot backtrack.
 */
export function linearPattern(pattern: string, whole: boolean): LinearPattern | undefined {
  const source = whole ? `^(?:${pattern})$` : pattern;
  // `s`: the dot matches line ends too, as N1 says (single line mode).
  const program = patternProgram(source);
  if (program === undefined) return undefined;
  if (isPlain(source)) return { initialiser: () => String(new RegExp(source, 's')) };
  return { initialiser: (runtime) => `${runtime('linearRegex')}(${JSON.stringify(program)})` };
}

/**
 * Careful rather than clever. Plain is a pattern that begins at the start of the text and has no alternatives, and repeats without bound
 * at most once, outside of groups: there is nothing to try twice.
 */
function isPlain(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\./g, '_').replaceAll(/\[[^\]]*\]/g, '_');
  if (!bare.startsWith('^') || bare.includes('|') || bare.includes('(')) return false;
  return (bare.match(/[*+?]|\{\d+,\d*\}/g)?.length ?? 0) <= 1;
}
