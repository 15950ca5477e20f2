import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { foldName } from '../../../domain/roster/fold-name.ts';
import { name, spelledOtherwise } from './spellings.ts';

test.each([
  ['Núñez-Ortega', 'NUNEZ ORTEGA'],
  ["O'Example", 'O’EXAMPLE'],
  ['Oʻexample', 'O′Example'],
  ['Łukasz', 'lukasz'],
  ['Straße', 'STRASSE'],
  ['Jose\u0301', 'José'],
  ['St. Example', 'st example'],
  ['Example Jr.', 'Example'],
  ['Example, Jr', 'EXAMPLE III'],
  ['Example-Sample Sr. M.D.', 'Example Sample'],
  ['Exam\u00adple', 'Example'],
  ['Ex\u2011ample', 'Ex-ample'],
  ['Işık', 'ISIK'],
  ['ＥＸＡＭＰＬＥ', 'example'],
])('%s and %s are one name', (a, b) => {
  expect(foldName(a)).toBe(foldName(b));
});

test.each([
  ['Mayte822', 'Mayte823'],
  ['Senior', 'Junior'],
  ['Jr Example', 'Example'],
  ['Example', 'Exempla'],
  ['李', '王'],
])('%s and %s are two', (a, b) => {
  expect(foldName(a)).not.toBe(foldName(b));
});

test('a name stays one name, however its case, accents, hyphens, apostrophes and suffixes are written', () => {
  fc.assert(
    fc.property(
      name.chain((words) => fc.tuple(fc.constant(words), spelledOtherwise(words))),
      ([words, spelled]) => {
        expect(foldName(spelled)).toBe(words.join(''));
      },
    ),
  );
});

test('names of other letters stay different, and what is folded once is folded for good', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(foldName(a.join(' ')) === foldName(b.join(' '))).toBe(a.join('') === b.join(''));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(foldName(foldName(text))).toBe(foldName(text));
    }),
  );
});
