import { expect, test } from 'vitest';

import { foldName } from '../../../domain/roster/fold-name.ts';

test.each([
  ['Núñez-Ortega', 'NUNEZ ORTEGA'],
  ["O'Example", 'O’EXAMPLE'],
  ['Łukasz', 'lukasz'],
  ['Straße', 'STRASSE'],
  ['Jose\u0301', 'José'],
  ['St. Example', 'st example'],
])('%s and %s are one name', (a, b) => {
  expect(foldName(a)).toBe(foldName(b));
});

test('letters and digits still count', () => {
  expect(foldName('Mayte822')).not.toBe(foldName('Mayte823'));
  expect(foldName('李')).toBe('李');
});
