// A reader of JSON that is slow and simple, to compare the quick ones with: it is recursive and remembers every property and number.
export interface WrittenJson {
  /** Paths of properties that come a second time in their object. */
  readonly twice: readonly string[];
  /** Paths and texts of numbers. */
  readonly numbers: readonly (readonly [path: string, written: string, property: string])[];
  readonly properties: number;
  readonly depth: number;
}

export function readWrittenJson(text: string): WrittenJson {
  let at = 0;
  const twice: string[] = [];
  const numbers: [string, string, string][] = [];
  let properties = 0;
  let depth = 0;

  const peek = (): string => {
    while (/\s/.test(text[at] ?? '')) at += 1;
    return text[at] ?? '';
  };
  const take = (expected: string): void => {
    if (peek() !== expected) throw new SyntaxError(`expected ${expected} at ${at}`);
    at += 1;
  };
  const string = (): string => {
    peek();
    const match = /^"(?:[^"\\]|\\.)*"/s.exec(text.slice(at));
    if (match === null) throw new SyntaxError(`expected a string at ${at}`);
    at += match[0].length;
    return JSON.parse(match[0]) as string;
  };

  const value = (path: string, property: string, level: number): void => {
    const next = peek();
    if (next === '{') object(path, level + 1);
    else if (next === '[') list(path, property, level + 1);
    else if (next === '"') string();
    else {
      const token = /^[-+.\w]+/.exec(text.slice(at))?.[0] ?? '';
      at += token.length;
      if (/^[-\d]/.test(token)) numbers.push([path, token, property]);
    }
  };
  const object = (path: string, level: number): void => {
    depth = Math.max(depth, level);
    take('{');
    const names = new Set<string>();
    for (let more = peek() !== '}'; more; more = peek() === ',' && (at += 1) > 0) {
      const name = string();
      const inside = path === '' ? name : `${path}.${name}`;
      if (names.has(name)) twice.push(inside);
      names.add(name);
      properties += 1;
      take(':');
      value(inside, name, level);
    }
    take('}');
  };
  const list = (path: string, property: string, level: number): void => {
    depth = Math.max(depth, level);
    take('[');
    let index = 0;
    for (let more = peek() !== ']'; more; more = peek() === ',' && (at += 1) > 0) {
      value(`${path}[${index}]`, property, level);
      index += 1;
    }
    take(']');
  };

  value('', '', 0);
  return { twice, numbers, properties, depth };
}
