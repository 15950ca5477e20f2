/** Where one value stands in a JSON text, and what it is in canonical form. */
export interface CanonicalValue {
  readonly start: number;
  readonly end: number;
  readonly canonical: string;
}

/**
 * Canonical form of the JSON value that starts at `from`: keys sorted by code unit, no white space, strings
 * escaped as JSON.stringify does, numbers exactly as written (1.10 stays 1.10).
 * The text must be valid JSON (JSON.parse accepted it).
 */
export function canonicalValue(text: string, from = 0): CanonicalValue {
  const start = skipSpace(text, from);
  const first = text[start];
  if (first === '{') return canonicalObject(text, start);
  if (first === '[') return canonicalArray(text, start);
  if (first === '"') {
    const end = endOfString(text, start);
    return { start, end, canonical: canonicalString(text.slice(start, end)) };
  }
  const end = endOfWord(text, start);
  return { start, end, canonical: text.slice(start, end) };
}

function canonicalObject(text: string, start: number): CanonicalValue {
  const members: { key: string; text: string }[] = [];
  const end = walkMembers(text, start, (key, valueStart) => {
    const value = canonicalValue(text, valueStart);
    members.push({ key, text: `${JSON.stringify(key)}:${value.canonical}` });
    return value.end;
  });
  members.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return { start, end, canonical: `{${members.map((member) => member.text).join(',')}}` };
}

function canonicalArray(text: string, start: number): CanonicalValue {
  const items: string[] = [];
  const end = walkItems(text, start, (itemStart) => {
    const item = canonicalValue(text, itemStart);
    items.push(item.canonical);
    return item.end;
  });
  return { start, end, canonical: `[${items.join(',')}]` };
}

/** Visits each member of the object at `start`; `visit` answers where the value ends. Answers the object's end. */
export function walkMembers(text: string, start: number, visit: (key: string, valueStart: number) => number): number {
  let at = skipSpace(text, start + 1);
  while (text[at] !== '}') {
    const keyEnd = endOfString(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const colon = skipSpace(text, keyEnd);
    at = skipComma(text, visit(key, skipSpace(text, colon + 1)));
  }
  return at + 1;
}

/** Visits each item of the array at `start`; `visit` answers where the item ends. Answers the array's end. */
export function walkItems(text: string, start: number, visit: (itemStart: number) => number): number {
  let at = skipSpace(text, start + 1);
  while (text[at] !== ']') at = skipComma(text, visit(at));
  return at + 1;
}

/** Where the value that starts at `start` ends. */
export function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== '{' && first !== '[') return endOfWord(text, start);
  let depth = 0;
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) at = endOfString(text, at) - 1;
    else if (code === 123 || code === 91) depth += 1;
    else if ((code === 125 || code === 93) && --depth === 0) return at + 1;
  }
}

function canonicalString(literal: string): string {
  return literal.includes('\\') ? JSON.stringify(JSON.parse(literal)) : literal;
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !' \t\r\n,]}'.includes(text.charAt(at))) at += 1;
  return at;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return at;
}

function skipComma(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text[at] === ',' ? skipSpace(text, at + 1) : at;
}
