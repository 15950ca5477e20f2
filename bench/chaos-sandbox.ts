import { join } from 'node:path';

import type { RunningSandbox } from '../sandbox/start-sandbox.ts';
import { startChild, type Child } from '../test/support/child.ts';
import type { ChaosOptions } from './chaos-options.ts';

export type SandboxAddresses = Omit<RunningSandbox, 'close'>;

/** A sandbox that can be killed and comes back with the same data and the same ports. */
export interface ChaosSandbox {
  readonly addresses: SandboxAddresses;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A repeat is stored a second time under another id, so that the journal shows it. */
export const chaosSwitches = (idAssignment: ChaosOptions['ids']): object => ({ idAssignment, repeatedId: 'duplicate' });

const program = join(import.meta.dirname, '../sandbox/main.ts');

/** Starts a sandbox whose data are in `directory/sandbox`. */
export async function startChaosSandbox(directory: string, ids: ChaosOptions['ids']): Promise<ChaosSandbox> {
  return killable(directory, await start(directory, ['--switches', JSON.stringify(chaosSwitches(ids))]));
}

/** Takes over a sandbox that runs already, with its data in `directory/sandbox`; the switches are among the data. */
export function killable(directory: string, running: Child): ChaosSandbox {
  let child = running;
  const addresses = JSON.parse(child.firstLine) as SandboxAddresses;
  const samePorts = [
    ['--auth-port', new URL(addresses.tokenUrl).port],
    ['--api-port', new URL(addresses.fhirBaseUrl).port],
    ['--admin-port', new URL(addresses.adminUrl).port],
    ['--smtp-port', String(addresses.smtp.port)],
  ].flat();
  return {
    addresses,
    async kill() {
      child.kill('SIGKILL');
      await child.ended;
    },
    async restart() {
      child = await start(directory, samePorts);
    },
    stop: () => child.stop(),
  };
}

function start(directory: string, args: readonly string[]): Promise<Child> {
  return startChild(program, ['--data-dir', join(directory, 'sandbox'), ...args], join(directory, 'sandbox.log'));
}
