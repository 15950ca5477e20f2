import { metricUnits, plainUnits, prefixes } from './ucum-symbols.ts';

const known = new Map<string, boolean>();
/** How many answers are remembered; records have few units, hostile ones many. */
const mostRemembered = 5_000;

/** True for a unit of UCUM: `mg/dL`, `10*3/uL`, `/min`, `{beats}/min`. */
export function isUnit(code: string): boolean {
  const before = known.get(code);
  if (before !== undefined) return before;
  const is = code.length <= longest && parses(code);
  if (known.size < mostRemembered) known.set(code, is);
  return is;
}

/** No real unit is longer; it bounds how deep parentheses go. */
const longest = 200;

function parses(code: string): boolean {
  const rest = { code, at: 0 };
  return term(rest) && rest.at === code.length;
}

interface Rest {
  readonly code: string;
  at: number;
}

/** Components joined by `.` and `/`; a `/` may stand before the first. */
function term(rest: Rest): boolean {
  for (;;) {
    while (rest.code[rest.at] === '/') rest.at += 1;
    if (!component(rest)) return false;
    const operator = rest.code[rest.at];
    if (operator !== '.' && operator !== '/') return true;
    rest.at += 1;
  }
}

function component(rest: Rest): boolean {
  if (rest.code[rest.at] === '(') {
    rest.at += 1;
    if (!term(rest) || rest.code[rest.at] !== ')') return false;
    rest.at += 1;
    return true;
  }
  const start = rest.at;
  const bare = symbol(rest) || digits(rest);
  // Annotations say something about a unit, or stand for the unit 1.
  while (annotation(rest)) continue;
  return bare || rest.at > start;
}

function symbol(rest: Rest): boolean {
  const found =
    power(rest.code.slice(rest.at)) ?? /^(?:[^[\]{}()./+\-\d\s]|\[[^[\]\s]*\])+/.exec(rest.code.slice(rest.at))?.[0];
  if (found === undefined || !isSymbol(found)) return false;
  rest.at += found.length;
  const exponent = /^[+-]?\d+/.exec(rest.code.slice(rest.at))?.[0] ?? '';
  rest.at += exponent.length;
  return true;
}

/** Powers of ten have digits in their symbols. */
function power(text: string): string | undefined {
  return text.startsWith('10*') || text.startsWith('10^') ? text.slice(0, 3) : undefined;
}

function isSymbol(text: string): boolean {
  if (plainUnits.has(text) || metricUnits.has(text)) return true;
  return prefixes.some((prefix) => text.startsWith(prefix) && metricUnits.has(text.slice(prefix.length)));
}

function digits(rest: Rest): boolean {
  const found = /^\d+/.exec(rest.code.slice(rest.at))?.[0] ?? '';
  rest.at += found.length;
  return found !== '';
}

function annotation(rest: Rest): boolean {
  if (rest.code[rest.at] !== '{') return false;
  const end = rest.code.indexOf('}', rest.at);
  if (end < 0) return false;
  rest.at = end + 1;
  return true;
}
