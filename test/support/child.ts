import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A program that a test started. */
export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** The first line of its standard output. */
  readonly firstLine: string;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end, and waits; kills it where it does not. */
  stop(): Promise<void>;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<unknown>;
}

/** Runs a TypeScript program on this Node until its first line of output; everything else goes to the log file. */
export async function startChild(file: string, args: readonly string[], logFile: string): Promise<Child> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stderr.pipe(log, { end: false });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const firstLine = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    ended.then(() => {
      throw new Error(`${file} ended before it was ready; see ${logFile}`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    process: child,
    firstLine,
    kill: (signal) => void child.kill(signal),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(timer);
    },
    ended,
  };
}
