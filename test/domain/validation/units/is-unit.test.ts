import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isUnit } from '../../../../domain/validation/units/is-unit.ts';

// Verdicts of the reference validator on these codes.
const units =
  'mg/dL {beats}/min 10*3/uL 10^3/uL % [degF] mm[Hg] kg/m2 /min 1 {score} meq/L mL/min/{1.73_m2} 10* m2.s-1 mg{creat} [in_i] Cel cm[H2O] g/(8.h) l L h U/L [iU]/L %{v} mg//dL 100 10.5 m+2 m-2 m02 {a}{b} ug [lb_av] a mo wk d min s (m) ((m/s)) Pa.s mPa.s n[iU]/mL uU/mL mU/L 10 m3/2';
const others = 'mmHg MG/DL mm[hg] hr k mg/ / mg. mg*2 m^2 { } {a}m pct mcg Torr lb year m/(s k% k[degF] 2m m2m';

test.each(units.split(' '))('%s is a unit of UCUM', (code) => {
  expect(isUnit(code)).toBe(true);
});

test.each([...others.split(' '), '', '  ', 'kg '])('%j is none', (code) => {
  expect(isUnit(code)).toBe(false);
});

test('any text gets an answer, always the same', () => {
  const parts = fc.constantFrom('m', 'g', '/', '.', '(', ')', '{', '}', '[', ']', '2', '-', '10*', 'k', ' ');
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 300 }), (some) => {
      const code = some.join('');
      expect(isUnit(code)).toBe(isUnit(code));
    }),
  );
});
