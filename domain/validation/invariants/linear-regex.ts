/** A regular expression as a machine; compiler/fhirpath/pattern-program.ts makes it and says what the numbers mean. */
export interface PatternProgram {
  readonly classes: readonly string[];
  readonly steps: readonly (readonly number[])[];
}

const [fork, start, end, found] = [0, 1, 2, 3];

/**
 * Makes a test for a pattern that takes time in proportion to the text, whatever the text: all ways to match are followed at once, and
 * none is tried twice.
 */
export function linearRegex({ classes, steps }: PatternProgram): { readonly test: (text: string) => boolean } {
  const accepts = classes.map(acceptorOf);
  return { test: (text) => finds(steps, accepts, text) };
}

type Acceptor = (char: string) => boolean;

/** Whether one character is in a class such as `[a-z]`; answers for ASCII are looked up. */
function acceptorOf(source: string): Acceptor {
  const one = new RegExp(`^${source}$`, 's');
  const ascii = Array.from({ length: 128 }, (_, code) => one.test(String.fromCharCode(code)));
  return (char) => ascii[char.charCodeAt(0)] ?? one.test(char);
}

/** True where the pattern is found anywhere in the text. */
function finds(steps: PatternProgram['steps'], accepts: readonly Acceptor[], text: string): boolean {
  // At which character a step was entered last.
  const marks = new Int32Array(steps.length).fill(-1);
  let now: number[] = [];
  for (let at = 0; at <= text.length; at += 1) {
    // At every character a new match may begin.
    if (enter(steps, 0, at, text.length, marks, now)) return true;
    const char = text.charAt(at);
    const next: number[] = [];
    for (const place of now) {
      const [kind = fork, to = 0] = steps[place] ?? [];
      if (at >= text.length || accepts[kind - 4]?.(char) !== true) continue;
      if (enter(steps, to, at + 1, text.length, marks, next)) return true;
    }
    now = next;
  }
  return false;
}

/** Goes on from a step to all that can be reached without taking a character; true where the pattern is found. */
function enter(
  steps: PatternProgram['steps'],
  from: number,
  at: number,
  length: number,
  marks: Int32Array,
  places: number[],
): boolean {
  const open = [from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (marks[place] === at) continue;
    marks[place] = at;
    const [kind, ...to] = steps[place] ?? [];
    if (kind === found) return true;
    if (kind === fork || (kind === start && at === 0) || (kind === end && at === length)) open.push(...to);
    else if (kind !== start && kind !== end) places.push(place);
  }
  return false;
}
