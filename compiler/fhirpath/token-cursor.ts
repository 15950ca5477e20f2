import type { Literal, TypeName } from './ast.ts';
import { FhirPathSyntaxError, type Token, tokenize } from './tokenize.ts';

/** Words that join operands: no names at the place where an operator may stand. */
const wordOperators = new Set(['div', 'mod', 'is', 'as', 'in', 'contains', 'and', 'or', 'xor', 'implies']);
const calendarUnits = /^(?:year|month|week|day|hour|minute|second|millisecond)s?$/;

type Constant = Literal | { readonly kind: 'variable'; readonly name: string };

/** The tokens of an expression, read from left to right. Every method throws a FhirPathSyntaxError where the expression is wrong. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(expression: string) {
    this.#tokens = tokenize(expression);
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: 0 };
  }

  /** Takes a symbol if it is next. */
  take(symbol: string): boolean {
    if (this.#token.kind !== 'symbol' || this.#token.text !== symbol) return false;
    this.#at += 1;
    return true;
  }

  expect(symbol: string): void {
    if (!this.take(symbol)) throw this.#error(`"${symbol}"`);
  }

  expectEnd(): void {
    if (this.#token.kind !== 'end') throw this.#error('the end of the expression');
  }

  /** Takes the next token if it is one of these operators, symbol or word. */
  takeOperator(operators: readonly string[]): string | undefined {
    const { kind, text } = this.#token;
    const right = kind === 'symbol' || (kind === 'name' && wordOperators.has(text));
    if (!right || !operators.includes(text)) return undefined;
    this.#at += 1;
    return text;
  }

  name(): string {
    const { kind, text } = this.#token;
    if (kind !== 'name' && kind !== 'quoted-name') throw this.#error('a name');
    this.#at += 1;
    return text;
  }

  typeName(): TypeName {
    const first = this.name();
    return this.take('.') ? { namespace: first, name: this.name() } : { name: first };
  }

  /** A literal or a `%variable`, if one is next. */
  constant(): Constant | undefined {
    const { kind, text } = this.#token;
    const read = this.#readers[kind];
    if (read === undefined || (kind === 'name' && text !== 'true' && text !== 'false')) return undefined;
    this.#at += 1;
    return read(text);
  }

  readonly #readers: Readonly<Partial<Record<Token['kind'], (text: string) => Constant>>> = {
    string: (value) => ({ kind: 'literal', type: 'string', value }),
    date: (value) => ({ kind: 'literal', type: 'date', value }),
    dateTime: (value) => ({ kind: 'literal', type: 'dateTime', value }),
    time: (value) => ({ kind: 'literal', type: 'time', value }),
    number: (text) => this.#numberWith(text),
    variable: (name) => ({ kind: 'variable', name }),
    name: (text) => ({ kind: 'literal', type: 'boolean', value: text === 'true' }),
  };

  #numberWith(text: string): Literal {
    const { kind, text: unit } = this.#token;
    const value = Number(text);
    if (kind !== 'string' && !(kind === 'name' && calendarUnits.test(unit)))
      return { kind: 'literal', type: 'number', value, text };
    this.#at += 1;
    return { kind: 'literal', type: 'quantity', value, text, unit };
  }

  #error(wanted: string): FhirPathSyntaxError {
    const { kind, at } = this.#token;
    return new FhirPathSyntaxError(
      `expected ${wanted} at offset ${at}, found ${kind === 'end' ? 'the end' : `a ${kind}`}`,
    );
  }
}
