import { fork } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { DemoFailure } from './demo-failure.ts';

/** A program of ours that runs until it is stopped. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Of its standard output; rejects where it ends without one. */
  readonly firstLine: Promise<string>;
  /** Rejects where it ends without having been asked to. */
  readonly unexpectedEnd: Promise<never>;
  /** Asks it to end, and waits until it is gone. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
/** Ends the program when we say so, and also when we die without a word. */
const guardFile = fileURLToPath(new URL('../adapters/temporal/dev-server-guard.ts', import.meta.url));

/** Starts a program under a guard; its standard error goes to the log file. Throws DemoFailure where it cannot be started. */
export async function startProgram(program: {
  readonly name: string;
  /** A file of this project, and its arguments. */
  readonly command: readonly string[];
  readonly logFile: string;
}): Promise<Program> {
  const { name, command, logFile } = program;
  const log = await open(logFile, 'a', 0o600);
  // A session of its own: a Ctrl-C is for us, and we stop the parts in their order.
  const guard = fork(guardFile, [process.execPath, ...command], {
    cwd: root,
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'pipe', log.fd, 'ipc'],
  });
  await log.close();
  const exited = once(guard, 'exit');
  const ended = exited.then(() => {
    throw new DemoFailure(`The ${name} has ended by itself. Its log is ${logFile}.`);
  });
  const lines = createInterface({ input: guard.stdout ?? process.stdin });
  const firstLine = Promise.race([once(lines, 'line').then(([line]) => String(line)), ended]);
  const pid = await Promise.race([once(guard, 'message').then(([sent]) => Number(sent)), ended]);
  // Whoever needs these waits for them; nobody has to.
  for (const promise of [firstLine, ended]) promise.catch(() => undefined);
  return {
    name,
    pid,
    firstLine,
    unexpectedEnd: ended,
    async stop() {
      if (guard.connected) guard.disconnect();
      await exited;
    },
  };
}
