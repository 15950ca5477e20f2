import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from '@temporalio/client';

import { dataDirPaths, openDataDir, type DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { loadProfile, type LoadedProfile } from '../../adapters/profile/load-profile.ts';
import { connectTemporal } from '../../adapters/temporal/connection.ts';
import { createDataConverter } from '../../adapters/temporal/data-converter.ts';
import type { Operator } from '../../operations/operator.ts';
import type { RunningSandbox } from '../../sandbox/start-sandbox.ts';
import { startChild, type Child } from './child.ts';
import { sandboxAdmin, type SandboxAdmin } from './sandbox-admin.ts';
import { shareBundles } from './shared-bundles.ts';
import { writeProfile, type ProfileWishes } from './write-profile.ts';

/** Everything that an end-to-end test needs: a sandbox and workers as processes, the ledger, Temporal, and a person at work. */
export interface World {
  readonly directory: string;
  readonly dataDir: DataDir;
  readonly profile: LoadedProfile;
  readonly sandbox: Omit<RunningSandbox, 'close'>;
  readonly sandboxChild: Child;
  readonly admin: SandboxAdmin;
  readonly operator: Operator & { readonly temporal: Client };
  readonly workerLog: string;
  startWorker(options?: object): Promise<Child>;
  close(): Promise<void>;
}

const sandboxProgram = join(import.meta.dirname, '../../sandbox/main.ts');
const workerProgram = join(import.meta.dirname, 'worker-child.ts');

export interface WorldWishes extends ProfileWishes {
  readonly temporalAddress: string;
  readonly switches?: object;
  /** Members of the sandbox beside the four of the seed. */
  readonly generatedMembers?: number;
  /** The clock of the people and of the ledger as they see it; workers have their own. */
  readonly clock?: () => number;
  /** A key file to use instead of a new one. */
  readonly keyFile?: string;
}

/** Opens a world of its own in a new directory; `close` stops every process that it started. */
export async function openWorld(wishes: WorldWishes): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'carryover-test-'));
  const children: Child[] = [];
  const sandboxArgs = ['--data-dir', join(directory, 'sandbox'), '--switches', JSON.stringify(wishes.switches ?? {})];
  sandboxArgs.push('--generated-members', String(wishes.generatedMembers ?? 0));
  const sandboxChild = await startChild(sandboxProgram, sandboxArgs, join(directory, 'sandbox.log'));
  children.push(sandboxChild);
  const sandbox = JSON.parse(sandboxChild.firstLine) as Omit<RunningSandbox, 'close'>;
  const profile = await loadProfile(await writeProfile(join(directory, 'profiles'), sandbox, wishes), { dirs: [] });
  await mkdir(join(directory, 'roster'));
  const dataRoot = join(directory, 'data');
  if (wishes.keyFile !== undefined) await useKeyFile(wishes.keyFile, dataRoot);
  const { clock = Date.now } = wishes;
  const dataDir = await openDataDir(dataRoot, { clock });
  await shareBundles(dataDir.paths.cache);
  const { connection, namespace } = await connectTemporal({ address: wishes.temporalAddress });
  const temporal = new Client({ connection, namespace, dataConverter: createDataConverter(dataDir.keys) });
  const workerLog = join(directory, 'worker.log');

  return {
    directory,
    dataDir,
    profile,
    sandbox,
    sandboxChild,
    admin: sandboxAdmin(sandbox.adminUrl),
    operator: { ...dataDir, temporal, actor: 'tester', clock },
    workerLog,
    async startWorker(options = {}) {
      const setting = {
        dataDir: dataDir.paths.root,
        address: wishes.temporalAddress,
        profiles: [profile.path],
        ...options,
      };
      const child = await startChild(workerProgram, [JSON.stringify(setting)], workerLog);
      children.push(child);
      return child;
    },
    async close() {
      await Promise.all(children.map((child) => child.stop()));
      await connection.close();
      await dataDir.close();
      if (process.env['KEEP_WORLD'] === undefined) await rm(directory, { recursive: true, force: true });
      else process.stderr.write(`${directory}\n`);
    },
  };
}

async function useKeyFile(keyFile: string, dataRoot: string): Promise<void> {
  await mkdir(dataRoot, { recursive: true, mode: 0o700 });
  const own = dataDirPaths(dataRoot).keyFile;
  await copyFile(keyFile, own);
  await chmod(own, 0o600);
}
