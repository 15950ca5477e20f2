import type { BinaryOperator, Expression } from './ast.ts';
import { TokenCursor } from './token-cursor.ts';

/** Operators from the loosest to the tightest (N1, 6.10 Operator Precedence); `is` and `as` stand between `+` and `|`. */
const levels: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '~', '!=', '!~'],
  ['<=', '<', '>', '>='],
  ['|'],
  ['is', 'as'],
  ['+', '-', '&'],
  ['*', '/', 'div', 'mod'],
];

/** Reads a FHIRPath expression. @throws FhirPathSyntaxError where it is not one. */
export function parse(expression: string): Expression {
  const cursor = new TokenCursor(expression);
  const parsed = parseLevel(cursor, 0);
  cursor.expectEnd();
  return parsed;
}

function parseLevel(cursor: TokenCursor, level: number): Expression {
  const operators = levels[level];
  if (operators === undefined) return parseSign(cursor);
  let left = parseLevel(cursor, level + 1);
  for (let operator = cursor.takeOperator(operators); operator !== undefined; operator = cursor.takeOperator(operators))
    left =
      operator === 'is' || operator === 'as'
        ? { kind: 'type', of: left, operator, type: cursor.typeName() }
        : { kind: 'binary', operator: operator as BinaryOperator, left, right: parseLevel(cursor, level + 1) };
  return left;
}

function parseSign(cursor: TokenCursor): Expression {
  const operator = cursor.takeOperator(['-', '+']);
  return operator === undefined
    ? parsePath(cursor)
    : { kind: 'sign', operator: operator as '-' | '+', operand: parseSign(cursor) };
}

function parsePath(cursor: TokenCursor): Expression {
  let path = parseTerm(cursor);
  for (;;)
    if (cursor.take('.')) path = parseStep(cursor, path);
    else if (cursor.take('[')) {
      path = { kind: 'indexer', of: path, at: parseLevel(cursor, 0) };
      cursor.expect(']');
    } else return path;
}

function parseTerm(cursor: TokenCursor): Expression {
  const constant = cursor.constant();
  if (constant !== undefined) return constant;
  if (cursor.take('(')) {
    const inside = parseLevel(cursor, 0);
    cursor.expect(')');
    return inside;
  }
  if (cursor.take('{')) {
    cursor.expect('}');
    return { kind: 'empty' };
  }
  return parseStep(cursor);
}

const wordsWithDollar: ReadonlyMap<string, 'this' | 'index' | 'total'> = new Map([
  ['$this', 'this'],
  ['$index', 'index'],
  ['$total', 'total'],
]);

function parseStep(cursor: TokenCursor, path?: Expression): Expression {
  const name = cursor.name();
  const special = wordsWithDollar.get(name);
  if (special !== undefined && path === undefined) return { kind: special };
  const of = path === undefined ? {} : { of: path };
  if (!cursor.take('(')) return { kind: 'member', ...of, name };
  if (name === 'is' || name === 'as' || name === 'ofType') {
    const type = cursor.typeName();
    cursor.expect(')');
    return { kind: 'type', ...of, operator: name, type };
  }
  return { kind: 'call', ...of, name, args: parseArguments(cursor) };
}

function parseArguments(cursor: TokenCursor): Expression[] {
  const args: Expression[] = [];
  if (cursor.take(')')) return args;
  do args.push(parseLevel(cursor, 0));
  while (cursor.take(','));
  cursor.expect(')');
  return args;
}
