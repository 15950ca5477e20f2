import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { DemoFailure } from './demo-failure.ts';

/** Runs one command of `carryover` and returns its JSON document. Throws DemoFailure for another exit code than the good ones. */
export type RunCommand = <Document>(args: readonly string[], options?: CommandOptions) => Promise<Document>;

interface CommandOptions {
  /** What the command reads on standard input: the only way that a single secret takes. */
  readonly input?: string;
  /** `[0]` where it is left out. */
  readonly goodExitCodes?: readonly number[];
}

const program = fileURLToPath(new URL('../cli/bin.js', import.meta.url));

/** The command line of the product as a person at the plan uses it. */
export function commandRunner(setting: {
  /** What every command needs, such as the data directory. */
  readonly globalArguments: readonly string[];
  readonly signal: AbortSignal;
}): RunCommand {
  return async <Document>(args: readonly string[], options: CommandOptions = {}) => {
    const { input, goodExitCodes = [0] } = options;
    const { signal, globalArguments } = setting;
    signal.throwIfAborted();
    const all = [program, ...args, ...globalArguments, '--json', '--no-input'];
    const child = spawn(process.execPath, all, { stdio: 'pipe', signal });
    child.stdin.end(input ?? '');
    const [[exitCode], stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ]).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
    if (exitCode === null || !goodExitCodes.includes(exitCode))
      throw new DemoFailure(`carryover ${args[0]} ended with exit code ${exitCode}.\n${stderr.trim()}`);
    return JSON.parse(stdout) as Document;
  };
}
