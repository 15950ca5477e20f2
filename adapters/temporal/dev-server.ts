import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { CarryoverError } from '../../schemas/failures.ts';
import { devServerAnswers } from './dev-server-answers.ts';
import { devServerArguments, devServerPorts, type DevServerOptions } from './dev-server-arguments.ts';
import { findTemporal } from './find-temporal.ts';

/** A Temporal server of our own. It ends with `stop()`, and also when this process ends, however it ends. */
export interface TemporalDevServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Of the Web UI; undefined when headless. */
  readonly uiUrl?: string;
  /** Process id of the server itself. */
  readonly pid: number;
  /** Ends the server and waits until it is gone. May be called twice. */
  stop(): Promise<void>;
}

const guardFile = fileURLToPath(new URL('dev-server-guard.ts', import.meta.url));
const startTries = 3;
const startTimeoutMs = 60_000;

/**
 * Starts `temporal server start-dev` on loopback with its database in a file, and waits until it serves our namespace with the
 * search attributes. Throws TEMPORAL_NOT_FOUND where there is no program, TEMPORAL_UNREACHABLE where it does not come up; the message names the log file.
 */
export async function startTemporalDevServer(options: DevServerOptions): Promise<TemporalDevServer> {
  const program = findTemporal();
  await Promise.all([options.dbFile, options.logFile].map((file) => mkdir(dirname(file), { recursive: true })));
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryStart(program, options);
    if (started !== 'ended') return started;
    // A free port may have been taken by somebody else before the server had it: new ports, new try.
    if (attempt === startTries) throw notUp(options, 'The server program ended before it answered.');
  }
}

async function tryStart(program: string, options: DevServerOptions): Promise<TemporalDevServer | 'ended'> {
  const ports = await devServerPorts(options);
  const guard = await forkGuard([program, ...devServerArguments(options, ports)], options.logFile);
  const ended = once(guard, 'exit');
  const stop = async () => {
    guard.ref();
    if (guard.connected) guard.disconnect();
    if (guard.exitCode === null && guard.signalCode === null) await ended;
  };

  const pid = await Promise.race([once(guard, 'message').then(([sent]) => Number(sent)), ended.then(() => undefined)]);
  if (pid === undefined) return 'ended';
  const address = `127.0.0.1:${ports.grpc}`;
  const waiting = new AbortController();
  const outcome = await Promise.race([
    devServerAnswers(address, options.searchAttributes, waiting.signal),
    ended.then(() => 'ended' as const),
    delay(startTimeoutMs, 'late' as const, { signal: waiting.signal, ref: false }),
  ]).finally(() => waiting.abort());
  if (outcome === 'ended') return 'ended';
  if (outcome === 'late') {
    await stop();
    throw notUp(options, `The server program did not answer within ${startTimeoutMs} ms.`);
  }
  // From here on the server alone does not keep this process alive.
  guard.unref();
  guard.channel?.unref();
  return { address, pid, stop, ...(options.headless ? {} : { uiUrl: `http://127.0.0.1:${ports.ui}` }) };
}

async function forkGuard(command: readonly string[], logFile: string): Promise<ChildProcess> {
  const log = await open(logFile, 'a', 0o600);
  try {
    return fork(guardFile, [...command], { detached: true, execArgv: [], stdio: ['ignore', log.fd, log.fd, 'ipc'] });
  } finally {
    await log.close();
  }
}

function notUp(options: DevServerOptions, detail: string): CarryoverError {
  return new CarryoverError('TEMPORAL_UNREACHABLE', `${detail} Its log is ${options.logFile}.`);
}
