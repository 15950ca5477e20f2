import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { sameGivenName } from '../../../domain/roster/same-given-name.ts';
import { name, spelledOtherwise } from './spellings.ts';

test.each([
  ['Mary', 'Mary Ann', true],
  ['Mary Ann', 'Mary', true],
  ['Ann', 'Mary Ann', true],
  ['Mary-Ann', 'Maryann', true],
  ['Maryann', 'Mary Ann Louise', true],
  ['John Q', 'John Quincy', true],
  ['John Quincy', 'John Q.', true],
  ['John Jr.', 'John', true],
  // Twins.
  ['Mary Ann', 'Mary Beth', false],
  ['John Q', 'John Adam', false],
  ['John', 'J', false],
  ['Mary', 'Maryann', false],
  ['Ann', 'Hannah', false],
  ['', 'Ann', false],
  ['Ann', '', false],
])('%s and %s: %s', (ours, theirs, same) => {
  expect(sameGivenName(ours, theirs)).toBe(same);
});

test('a given name is the same in every spelling, and in whatever order the two are compared where words agree', () => {
  fc.assert(
    fc.property(
      name.chain((words) => fc.tuple(spelledOtherwise(words), spelledOtherwise(words))),
      ([a, b]) => {
        expect([sameGivenName(a, b), sameGivenName(b, a)]).toEqual([true, true]);
      },
    ),
  );
});
