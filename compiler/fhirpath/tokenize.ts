export interface Token {
  readonly kind:
    | 'name'
    | 'quoted-name'
    | 'string'
    | 'number'
    | 'date'
    | 'dateTime'
    | 'time'
    | 'variable'
    | 'symbol'
    | 'end';
  /** The token's meaning: a string without quotes and escapes, a date without `@`. */
  readonly text: string;
  /** Offset in the expression. */
  readonly at: number;
}

/** An expression that is not FHIRPath. The message names the offset, counted from 0. */
export class FhirPathSyntaxError extends Error {
  override readonly name = 'FhirPathSyntaxError';
}

const space = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['dateTime', /@(\d{4}(?:-\d\d(?:-\d\d)?)?T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)/y],
  ['time', /@T(\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)/y],
  ['date', /@(\d{4}(?:-\d\d(?:-\d\d)?)?)/y],
  ['number', /(\d+(?:\.\d+)?)/y],
  ['variable', /%([A-Za-z_][\w-]*|`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*')/y],
  ['name', /(\$?[A-Za-z_]\w*)/y],
  ['quoted-name', /`((?:[^`\\]|\\.)*)`/y],
  ['string', /'((?:[^'\\]|\\.)*)'/y],
  ['symbol', /(<=|>=|!=|!~|[()[\]{}.,+\-*/&|<>=~])/y],
];

/** Cuts an expression into tokens; the last is of kind `end`. @throws FhirPathSyntaxError at a character that begins no token. */
export function tokenize(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = after(space, expression, 0);
  while (at < expression.length) {
    const token = tokenAt(expression, at);
    tokens.push(token.token);
    at = after(space, expression, token.end);
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

function tokenAt(expression: string, at: number): { readonly token: Token; readonly end: number } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(expression);
    if (match === null) continue;
    return { token: { kind, text: meaning(kind, match[1] ?? ''), at }, end: pattern.lastIndex };
  }
  throw new FhirPathSyntaxError(`no token of FHIRPath begins at offset ${at}`);
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function meaning(kind: Token['kind'], text: string): string {
  if (kind === 'string' || kind === 'quoted-name') return unescaped(text);
  if (kind === 'variable' && /^[`']/.test(text)) return unescaped(text.slice(1, -1));
  return text;
}

const escapes: Readonly<Record<string, string>> = { f: '\f', n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (_, code: string | undefined, char: string) =>
    code === undefined ? (escapes[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
