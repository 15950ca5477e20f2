import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { typeModel } from '../../support/invariants/definitions.ts';
import { judgeOf } from '../../support/invariants/judge-compiled.ts';

type Truth = true | false | undefined;

/** A truth expression and what it must be, by the tables of N1, 6.5. */
interface Claim {
  readonly text: string;
  readonly value: Truth;
}

const operators: Readonly<Record<string, (left: Truth, right: Truth) => Truth>> = {
  and: (left, right) =>
    left === false || right === false ? false : left === true && right === true ? true : undefined,
  or: (left, right) => (left === true || right === true ? true : left === false && right === false ? false : undefined),
  xor: (left, right) => (left === undefined || right === undefined ? undefined : left !== right),
  implies: (left, right) =>
    left === false || right === true ? true : left === true && right === false ? false : undefined,
};

/** A patient with one boolean element that is true; the others are missing. */
const node = { resourceType: 'Patient', active: true, name: [{ family: 'a' }], gender: 'other' };

const atoms: readonly Claim[] = [
  { text: 'true', value: true },
  { text: 'false', value: false },
  { text: '{}', value: undefined },
  { text: 'active', value: true },
  { text: 'deceased.ofType(boolean)', value: undefined },
  { text: "(gender = 'other')", value: true },
  { text: "(gender = 'male')", value: false },
  { text: "(birthDate = '2020')", value: undefined },
  { text: "name.exists(family = 'b')", value: false },
  { text: "name.family.startsWith('a')", value: true },
];

function claims(): fc.Arbitrary<Claim> {
  const { claim } = fc.letrec<{ claim: Claim }>((tie) => ({
    claim: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(...atoms),
      fc
        .tuple(tie('claim'), fc.constantFrom(...Object.keys(operators)), tie('claim'))
        .map(([left, operator, right]) => ({
          text: `(${left.text} ${operator} ${right.text})`,
          value: operators[operator]?.(left.value, right.value),
        })),
      tie('claim').map(({ text, value }) => ({
        text: `(${text}).not()`,
        value: value === undefined ? undefined : !value,
      })),
      fc.tuple(tie('claim'), tie('claim'), tie('claim')).map(([asked, yes, no]) => ({
        text: `iif(${asked.text}, ${yes.text}, ${no.text})`,
        value: asked.value === true ? yes.value : no.value,
      })),
    ),
  }));
  return claim;
}

describe('truth with three values', () => {
  const isTrue = (expression: string) =>
    judgeOf({ expression, contextType: 'Patient', typeModel })?.(node, undefined, {
      resource: node,
      rootResource: node,
    });

  test('any combination of operators has the value that the tables say', () => {
    fc.assert(
      fc.property(claims(), ({ text, value }) => {
        const said = [isTrue(text), isTrue(`(${text}).not()`), isTrue(`(${text}).empty()`)];
        expect(said).toEqual([value === true, value === false, value === undefined]);
      }),
      { numRuns: 300 },
    );
  });
});
