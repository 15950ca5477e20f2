import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

export interface StartedCommand {
  /** The first line of standard output, or of standard error, that holds the text. */
  line(stream: 'stdout' | 'stderr', text: string): Promise<string>;
  /** Sends a signal and gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command that runs until it is stopped. */
export function startCarryover(args: readonly string[], env: NodeJS.ProcessEnv = {}): StartedCommand {
  const child = spawn(join(root, 'node_modules/.bin/node'), [join(root, 'cli/main.ts'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  const lines = { stdout: createInterface(child.stdout), stderr: createInterface(child.stderr) };
  const said: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  for (const stream of ['stdout', 'stderr'] as const) lines[stream].on('line', (line) => said[stream].push(line));
  return {
    async line(stream, text) {
      const known = said[stream].find((line) => line.includes(text));
      if (known !== undefined) return known;
      const ended = exited.then(([code]) => {
        throw new Error(`The command ended with ${code}: ${said.stderr.join('\n')}`);
      });
      return Promise.race([lineWith(lines[stream], text), ended]);
    },
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

function lineWith(lines: Interface, text: string): Promise<string> {
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      if (line.includes(text)) resolve(line);
    });
  });
}
