import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { BinaryOperator, Expression } from '../../../compiler/fhirpath/ast.ts';
import { parse } from '../../../compiler/fhirpath/parse.ts';
import { print } from '../../../compiler/fhirpath/print.ts';
import { FhirPathSyntaxError } from '../../../compiler/fhirpath/tokenize.ts';

/** The expression with all parentheses, and names without their quotes where these are not needed. */
const read = (expression: string) => print(parse(expression)).replaceAll(/`([a-z]+)`/gi, '$1');

describe('reading FHIRPath', () => {
  test.for<[string, string]>([
    ['a and b or c', '((a and b) or c)'],
    ['a or b and c', '(a or (b and c))'],
    ['a implies b or c', '(a implies (b or c))'],
    ['a = b and c', '((a = b) and c)'],
    ['a > b = c', '((a > b) = c)'],
    ['a | b = c', '((a | b) = c)'],
    ['a + b * c - d', '((a + (b * c)) - d)'],
    ['a is X and b', '(a.is(X) and b)'],
    ['a in b | c', '(a in (b | c))'],
    ['a.contains(b) and c contains d', '(a.contains(b) and (c contains d))'],
    ['-a.b', '(-a.b)'],
    ['a[0].b', 'a[0].b'],
    ['iif($this<5, $this*2, (($this*2)-9))', 'iif(($this < 5), ($this * 2), (($this * 2) - 9))'],
    ["text.`div`.matches('a\\'b')", "text.div.matches('a\\'b')"],
    ['%resource.id // note', '%resource.id'],
    ['@2020-01-01 + 4 days', "(@2020-01-01 + 4 'days')"],
    ['a.as(contains)', 'a.as(contains)'],
  ])('%s is %s', ([expression, expected]) => {
    expect(read(expression)).toBe(expected);
  });

  test.for<[string, string]>([
    ['a and', 'expected a name at offset 5'],
    ['a.(b)', 'expected a name at offset 2'],
    ["'open", 'no token of FHIRPath begins at offset 0'],
    ['a b', 'expected the end of the expression at offset 2'],
    ['f(a', 'expected ")" at offset 3'],
  ])('%s is refused, with the place', ([expression, message]) => {
    expect(() => parse(expression)).toThrow(FhirPathSyntaxError);
    expect(() => parse(expression)).toThrow(message);
  });

  test('what is written can be read again, for any expression', () => {
    fc.assert(
      fc.property(anyExpression(), (expression) => {
        expect(parse(print(expression))).toEqual(expression);
      }),
    );
  });
});

const operators: readonly BinaryOperator[] = [
  '*',
  'div',
  '+',
  '&',
  '|',
  '<=',
  '=',
  '!~',
  'in',
  'contains',
  'and',
  'xor',
  'implies',
];

function anyExpression(): fc.Arbitrary<Expression> {
  const name = fc.oneof(
    fc.constantFrom('a', 'value', 'div', 'contains', 'as', 'valueOf'),
    fc.string({ minLength: 1 }).filter((text) => !text.startsWith('$')),
  );
  const type = fc.record({ name: fc.constantFrom('Quantity', 'string') });
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
    const inner = tie('expression');
    return {
      expression: fc.oneof(
        { maxDepth: 4 },
        fc.record({ kind: fc.constant('member' as const), name }),
        fc.record({ kind: fc.constant('literal' as const), type: fc.constant('string' as const), value: fc.string() }),
        fc.record({
          kind: fc.constant('literal' as const),
          type: fc.constant('boolean' as const),
          value: fc.boolean(),
        }),
        fc.nat().map((value): Expression => ({ kind: 'literal', type: 'number', value, text: String(value) })),
        fc.constantFrom<Expression>({ kind: 'this' }, { kind: 'empty' }, { kind: 'variable', name: 'resource' }),
        fc.record({ kind: fc.constant('member' as const), of: inner, name }),
        fc.record({
          kind: fc.constant('call' as const),
          of: inner,
          name: fc.constantFrom('where', 'exists', 'substring'),
          args: fc.array(inner, { maxLength: 2 }),
        }),
        fc.record({
          kind: fc.constant('type' as const),
          of: inner,
          operator: fc.constantFrom('is' as const, 'as' as const, 'ofType' as const),
          type,
        }),
        fc.record({ kind: fc.constant('indexer' as const), of: inner, at: inner }),
        fc.record({ kind: fc.constant('sign' as const), operator: fc.constant('-' as const), operand: inner }),
        fc.record({
          kind: fc.constant('binary' as const),
          operator: fc.constantFrom(...operators),
          left: inner,
          right: inner,
        }),
      ) as fc.Arbitrary<Expression>,
    };
  });
  return expression;
}
