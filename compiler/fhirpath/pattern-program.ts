/**
 * A machine that `linearRegex` runs (domain/validation/invariants). Each step is a list of numbers: its kind, then where it goes on. Kinds
 * are 0 fork, 1 start of the text, 2 end of the text, 3 found; from 4 on, take a character of the class of that number less 4.
 */
export interface PatternProgram {
  /** Regular expressions for one character. */
  readonly classes: readonly string[];
  readonly steps: readonly (readonly number[])[];
}

/** Longer machines are refused: `(a{1000}){1000}` must not fill the memory. */
const mostSteps = 4000;

/**
 * Translates a regular expression into the steps of a machine without memory. Nothing for what such a machine cannot do (look-around,
 * back references, word edges), and for what is no regular expression.
 */
export function patternProgram(pattern: string): PatternProgram | undefined {
  try {
    // The engine says what is no regular expression at all.
    return new Translator(new RegExp(pattern, 's').source).program();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Part of a machine: where it is entered, and what to tell where it goes on. */
interface Part {
  readonly entry: number;
  readonly leave: (to: number) => void;
}

class Translator {
  readonly #pattern: string;
  readonly #steps: number[][] = [];
  readonly #classes: string[] = [];
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  program(): PatternProgram {
    // The machine is entered at its first step.
    const begin = this.#add([0]);
    const { entry, leave } = this.#alternatives();
    if (this.#at < this.#pattern.length) throw new SyntaxError('an unexpected parenthesis');
    this.#steps[begin]?.push(entry);
    leave(this.#add([3]));
    return { classes: this.#classes, steps: this.#steps };
  }

  #alternatives(): Part {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    const entry = this.#add([0, ...parts.map((part) => part.entry)]);
    return { entry, leave: (to) => parts.forEach(({ leave }) => leave(to)) };
  }

  #sequence(): Part {
    let whole = this.#nothing();
    while (this.#at < this.#pattern.length && !/^[|)]/.test(this.#rest)) {
      const part = this.#repeated();
      whole.leave(part.entry);
      whole = { entry: whole.entry, leave: part.leave };
    }
    return whole;
  }

  #repeated(): Part {
    const from = this.#at;
    let part = this.#single();
    const [text = '', least, comma, most] = /^(?:\{(\d+)(,?)(\d*)\}|[*+?])/.exec(this.#rest) ?? [];
    if (text === '') return part;
    this.#at += text.length;
    const until = this.#at;
    this.#take('?');
    const after = this.#at;
    const [low, high] = bounds(text, least, comma, most);
    // Each copy is translated anew from the same text.
    const again = () => {
      this.#at = from;
      const copy = this.#single();
      this.#at = until;
      return copy;
    };
    let whole = this.#nothing();
    const append = (next: Part) => {
      whole.leave(next.entry);
      whole = { entry: whole.entry, leave: next.leave };
    };
    for (let copy = 0; copy < low; copy += 1) {
      append(part);
      part = again();
    }
    if (high === undefined) append(this.#star(part));
    else
      for (let copy = low; copy < high; copy += 1) {
        append(this.#optional(part));
        part = again();
      }
    this.#at = after;
    return whole;
  }

  #star(part: Part): Part {
    const fork = [0, part.entry];
    const entry = this.#add(fork);
    part.leave(entry);
    return { entry, leave: (next) => void fork.push(next) };
  }

  #optional(part: Part): Part {
    const fork = [0, part.entry];
    return {
      entry: this.#add(fork),
      leave: (next) => {
        fork.push(next);
        part.leave(next);
      },
    };
  }

  #single(): Part {
    if (this.#take('(')) {
      if (this.#rest.startsWith('?') && !this.#rest.startsWith('?:')) throw new SyntaxError('a look-around');
      this.#take('?:');
      const inside = this.#alternatives();
      this.#take(')');
      return inside;
    }
    if (this.#take('^')) return this.#step(1);
    if (this.#take('$')) return this.#step(2);
    const [source] = /^(?:\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[\s\S]|[\s\S])/.exec(
      this.#rest,
    ) ?? [''];
    if (/^\\[1-9bBkpP]/.test(source)) throw new SyntaxError('a back reference, word edge or property');
    this.#at += source.length;
    return this.#step(4 + this.#classOf(source));
  }

  #nothing(): Part {
    return this.#step(0);
  }

  #step(kind: number): Part {
    const step = [kind];
    return { entry: this.#add(step), leave: (to) => void step.push(to) };
  }

  #classOf(source: string): number {
    const known = this.#classes.indexOf(source);
    return known >= 0 ? known : this.#classes.push(source) - 1;
  }

  #add(step: number[]): number {
    if (this.#steps.length >= mostSteps) throw new SyntaxError('a pattern that is too long');
    return this.#steps.push(step) - 1;
  }

  get #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

function bounds(sign: string, least?: string, comma?: string, most?: string): readonly [number, number | undefined] {
  if (sign === '*') return [0, undefined];
  if (sign === '+') return [1, undefined];
  if (sign === '?') return [0, 1];
  const low = Number(least);
  return [low, comma === '' ? low : most === '' ? undefined : Number(most)];
}
