/** What the demo shows on the way: a story that stays, and under it a few lines about where things stand. */
export interface Screen {
  /** Adds to the story. */
  say(text: string): void;
  /** Says where things stand: rewritten in place on a terminal; elsewhere each line again when it has changed. */
  show(lines: readonly string[]): void;
  /** Leaves the last state standing; what is shown next stands below it. */
  rest(): void;
}

/** Opens the screen, on standard error: standard output is for the report. */
export function openScreen(stream: NodeJS.WriteStream): Screen {
  return stream.isTTY ? terminalScreen(stream) : plainScreen(stream);
}

function terminalScreen(stream: NodeJS.WriteStream): Screen {
  let standing: readonly string[] = [];
  const erase = () => (standing.length === 0 ? '' : `\u001b[${standing.length}A\u001b[J`);
  // A line that wraps would be two, and the erasing would miss one.
  const block = () => standing.map((line) => `${line.slice(0, stream.columns - 1)}\n`).join('');
  return {
    say: (text) => void stream.write(`${erase()}${text}\n${block()}`),
    show(lines) {
      const before = erase();
      standing = lines;
      stream.write(`${before}${block()}`);
    },
    rest() {
      standing = [];
    },
  };
}

function plainScreen(stream: NodeJS.WriteStream): Screen {
  let shown: readonly string[] = [];
  return {
    say: (text) => void stream.write(`${text}\n`),
    show(lines) {
      for (const [index, line] of lines.entries()) if (line !== shown[index]) stream.write(`${line}\n`);
      shown = lines;
    },
    rest() {
      shown = [];
    },
  };
}
