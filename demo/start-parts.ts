import { join } from 'node:path';

import { freePorts } from '../adapters/temporal/free-ports.ts';
import type { Interruption } from './interruption.ts';
import type { DemoOptions } from './options.ts';
import type { Places } from './places.ts';
import { commandRunner, type RunCommand } from './run-command.ts';
import { sandboxAdmin, type SandboxAdmin } from './sandbox-admin.ts';
import type { Screen } from './screen.ts';
import { startProgram } from './start-program.ts';
import { findExistingTemporal, startOwnTemporal } from './start-temporal.ts';
import { writeCounterpart, type SandboxAddresses } from './write-counterpart.ts';

/** Everything that runs while the demo runs. */
export interface Parts {
  readonly carryover: RunCommand;
  readonly admin: SandboxAdmin;
  /** Undefined where the Temporal is not ours. */
  readonly webUi: string | undefined;
}

interface Setting {
  readonly options: DemoOptions;
  readonly places: Places;
  readonly screen: Screen;
  readonly interruption: Interruption;
  /** Ends every part that was started, the last one first. */
  readonly ends: AsyncDisposableStack;
}

const carryoverProgram = 'cli/bin.js';

/** Starts Temporal, the sandbox, the worker and the callback listener, all on free loopback ports, and makes them known to each other. */
export async function startParts(setting: Setting): Promise<Parts> {
  const { options, places, screen, interruption, ends } = setting;
  const start = starter(setting);
  screen.say('Starting the parts, each a process of its own on this machine:');

  const sandboxProgram = await start('sandbox', ['sandbox/main.ts', '--data-dir', places.sandbox]);
  const temporal = options.temporal === 'existing' ? await findExistingTemporal() : await startOwnTemporal(places);
  ends.defer(() => temporal.stop());
  const where = temporal.pid === undefined ? 'the one that TEMPORAL_ADDRESS names' : `process ${temporal.pid}`;
  const webUi = temporal.webUi === undefined ? '' : `; look into it at ${temporal.webUi}`;
  screen.say(`  Temporal   remembers every step, so that a crash loses none (${where}${webUi})`);
  const sandbox = JSON.parse(await sandboxProgram.firstLine()) as SandboxAddresses;
  screen.say(
    `  sandbox    plays the other health plan: its pages, its reviewer, its FHIR API (process ${sandboxProgram.pid})`,
  );

  const [callbackPort = 0] = await freePorts(1);
  const admin = sandboxAdmin(sandbox.adminUrl, interruption.signal);
  const redirectUri = `http://127.0.0.1:${callbackPort}/callback`;
  await writeCounterpart({ dataDir: places.data, sandbox, admin, redirectUri });

  const address = temporal.address === undefined ? [] : ['--temporal', temporal.address];
  const globalArguments = ['--data-dir', places.data, ...address];
  const ours = [...globalArguments, '--log-format', 'json'];
  const callback = await start('callback listener', [
    carryoverProgram,
    'console',
    '--listen',
    new URL(redirectUri).host,
    ...ours,
  ]);
  const worker = await start('worker', [carryoverProgram, 'worker', ...ours]);
  await callback.firstLine();
  screen.say(`  listener   \`carryover console\`: where members' browsers come back to (process ${callback.pid})`);
  screen.say(`  worker     \`carryover worker\`: does the work that Temporal hands out (process ${worker.pid})`);
  const carryover = commandRunner({ globalArguments, signal: interruption.signal });
  return { carryover, admin, webUi: temporal.webUi };
}

function starter({ places, interruption, ends }: Setting) {
  return async (name: string, command: readonly string[]) => {
    const logFile = join(places.logs, `${name.replaceAll(' ', '-')}.log`);
    const program = await startProgram({
      name,
      command,
      logFile,
      onUnexpectedEnd: (failure) => interruption.fail(failure),
    });
    ends.defer(() => program.stop());
    return program;
  };
}
