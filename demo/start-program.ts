import { fork } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { DemoFailure } from './demo-failure.ts';

/** A program of ours that runs until it is stopped. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  /** The first line of its standard output. Throws DemoFailure where it ends without one. */
  firstLine(): Promise<string>;
  /** Asks it to end, and waits until it is gone. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
/** Ends the program when we say so, and also when we die without a word. */
const guardFile = fileURLToPath(new URL('../adapters/temporal/dev-server-guard.ts', import.meta.url));

/** Starts a program under a guard; its standard error goes to the log file. Throws DemoFailure where it ends at once. */
export async function startProgram(program: {
  readonly name: string;
  /** A file of this project, and its arguments. */
  readonly command: readonly string[];
  readonly logFile: string;
  readonly onUnexpectedEnd: (failure: DemoFailure) => void;
}): Promise<Program> {
  const { name, command, logFile, onUnexpectedEnd } = program;
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
  const failure = new DemoFailure(`The ${name} has ended by itself. Its log is ${logFile}.`);
  let stopping = false;
  guard.on('exit', () => {
    if (!stopping) onUnexpectedEnd(failure);
  });
  const line = once(createInterface({ input: guard.stdout as Readable }), 'line').then(([first]) => String(first));
  const orFailure = <Value>(wanted: Promise<Value>) =>
    Promise.race([
      wanted,
      exited.then(() => {
        throw failure;
      }),
    ]);
  const pid = await orFailure(once(guard, 'message').then(([sent]) => Number(sent)));
  return {
    name,
    pid,
    firstLine: () => orFailure(line),
    async stop() {
      stopping = true;
      if (guard.connected) guard.disconnect();
      await exited;
    },
  };
}
