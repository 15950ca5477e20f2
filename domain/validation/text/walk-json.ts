/** What is told while a JSON text is walked through. Places are indexes in the text. */
export interface JsonVisitor {
  open(kind: 'object' | 'list', at: number): void;
  close(): void;
  /** `start` to `end` is what stands between the quotation marks. */
  name(start: number, end: number): void;
  string(start: number, end: number): void;
  number(start: number, end: number): void;
  /** A value begins: also before `open`, `string` and `number`. */
  value(): void;
}

export interface SyntaxBreach {
  readonly at: number;
  readonly why: SyntaxWhy;
}

/** Why a text is not JSON. */
export type SyntaxWhy =
  | 'nothing'
  | 'breaks-off'
  | 'text-behind'
  | 'comment'
  | 'extra-comma'
  | 'missing-comma'
  | 'missing-colon'
  | 'unquoted'
  | 'control-character'
  | 'escape'
  | 'number'
  | 'wrong-bracket'
  | 'unexpected';

type Expected = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** Walks through a text by the grammar of RFC 8259, to its end or to the first breach of it. Never recursive. */
export function walkJson(text: string, visitor: JsonVisitor): SyntaxBreach | undefined {
  const open: ('object' | 'list')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const afterValue = (): Expected => (open.length === 0 ? 'nothing' : 'comma-or-end');
  for (;;) {
    at = endOfSpace(text, at);
    if (at >= text.length) break;
    const character = text.charAt(at);
    const why = breachOf(character, text.charAt(at + 1), expected, open.at(-1));
    if (why !== undefined) return { at, why };
    if (character === '"') {
      const end = endOfString(text, at + 1);
      if (text.charAt(end) !== '"') return { at: end, why: stringBreach(text, end) };
      if (expected === 'name' || expected === 'name-or-end') {
        visitor.name(at + 1, end);
        expected = 'colon';
      } else {
        visitor.value();
        visitor.string(at + 1, end);
        expected = afterValue();
      }
      at = end + 1;
    } else if (character === '{' || character === '[') {
      const kind = character === '{' ? 'object' : 'list';
      visitor.value();
      visitor.open(kind, at);
      open.push(kind);
      expected = kind === 'object' ? 'name-or-end' : 'value-or-end';
      at += 1;
    } else if (character === '}' || character === ']') {
      open.pop();
      visitor.close();
      expected = afterValue();
      at += 1;
    } else if (character === ':' || character === ',') {
      expected = character === ',' && open.at(-1) === 'object' ? 'name' : 'value';
      at += 1;
    } else {
      const end = endOfToken(text, at);
      const token = text.slice(at, end);
      if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(token))
        return { at, why: /^[-+.\d]/.test(token) ? 'number' : token.startsWith('/') ? 'comment' : 'unquoted' };
      visitor.value();
      if (!/^[tfn]/.test(token)) visitor.number(at, end);
      expected = afterValue();
      at = end;
    }
  }
  if (expected === 'nothing') return undefined;
  return { at, why: open.length === 0 ? 'nothing' : 'breaks-off' };
}

function endOfSpace(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); isSpace(code); code = text.charCodeAt(at)) at += 1;
  return at;
}

/** Where a string ends: at its quotation mark, or at what no string may hold, or with the text. */
function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22 || code < 0x20) return at;
    if (code !== 0x5c) continue;
    const escape = text.charAt(at + 1);
    if (escape === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) at += 5;
    else if (escape !== '' && '"\\/bfnrt'.includes(escape)) at += 1;
    else return at;
  }
  return text.length;
}

/** Where a number or a word ends. */
function endOfToken(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isSpace(text.charCodeAt(at)) && !',:[]{}"/'.includes(text.charAt(at))) at += 1;
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function stringBreach(text: string, at: number): SyntaxWhy {
  if (at >= text.length) return 'breaks-off';
  return text.charAt(at) === '\\' ? 'escape' : 'control-character';
}

/** Why a character cannot stand where it stands; undefined = it can. */
function breachOf(
  character: string,
  next: string,
  expected: Expected,
  around: 'object' | 'list' | undefined,
): SyntaxWhy | undefined {
  if (character === '/' && (next === '/' || next === '*')) return 'comment';
  const isEnd = character === '}' || character === ']';
  if (expected === 'nothing') return 'text-behind';
  if (isEnd) {
    if (expected === 'name' || (expected === 'value' && around === 'list')) return 'extra-comma';
    if (expected === 'value' || expected === 'colon') return 'unexpected';
    return (character === '}') === (around === 'object') ? undefined : 'wrong-bracket';
  }
  if (expected === 'colon') return character === ':' ? undefined : 'missing-colon';
  if (expected === 'comma-or-end')
    return character === ',' ? undefined : character === ':' ? 'unexpected' : 'missing-comma';
  if (character === ',') return 'extra-comma';
  if (character === ':') return 'unexpected';
  if (expected === 'name' || expected === 'name-or-end') return character === '"' ? undefined : 'unquoted';
  return undefined;
}
