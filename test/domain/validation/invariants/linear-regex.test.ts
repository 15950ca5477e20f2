import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { patternProgram } from '../../../../compiler/fhirpath/pattern-program.ts';
import { linearRegex } from '../../../../domain/validation/invariants/linear-regex.ts';

const regexOf = (pattern: string) => linearRegex(patternProgram(pattern) ?? { classes: [], steps: [] });
const letters = ['a', 'a', 'b', 'b', 'c', 'd', 'x', 'y', '0', '9', 'A', 'Z', '_', '.', '-', '[', ']', '\n'];

describe('a regular expression in linear time', () => {
  test.for([
    '^[0-9]{10}$',
    '[A-Z]([A-Za-z0-9_]){0,4}',
    String.raw`^[A-Za-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*(\[x])?)*$`,
    '^(a|ab)(c|bcd)?(d*)$',
    'a{2,3}b?|^$',
    String.raw`\d+-\D{2,}?\.`,
    '[^a-c]x|y$',
    '(a*)*b',
    '.a.',
  ])('%s finds what the engine of JavaScript finds', (pattern) => {
    const theirs = new RegExp(pattern, 's');
    const { test: ours } = regexOf(pattern);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters), maxLength: 14 }), (text) => {
        expect(ours(text)).toBe(theirs.test(text));
      }),
    );
  });

  test.for(['^(a+)+$', '(a|aa)*b', '(a*)*b', 'a*a*a*a*b', '(.*.*)=x'])(
    '%s is done with 50,000 hostile characters, for which others would need years',
    (pattern) => {
      expect(regexOf(pattern).test(`${'a'.repeat(50_000)}!`)).toBe(false);
    },
  );

  test.for([String.raw`(a)\1`, '(?=a)b', String.raw`\bword`, '(', '(a{400}){400}'])(
    '%s is not for such a machine',
    (pattern) => {
      expect(patternProgram(pattern)).toBeUndefined();
    },
  );
});
