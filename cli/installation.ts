import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';

import type { Client, Connection } from '@temporalio/client';

import { dataDirPath, dataDirPaths, openDataDir, type DataDir } from '../adapters/data-dir/open-data-dir.ts';
import type { Operator } from '../operations/operator.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { CommandContext } from './command.ts';

/** How long a command waits for Temporal before it goes on without it. */
const connectTimeoutMs = 2_000;

/** A connection to Temporal, to ask it things. */
export interface Temporal {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  /** Whose task queues are meant. */
  readonly installationId: string;
}

/** What a command that changes things works with. */
export interface CliOperator extends Operator {
  /** Undefined where Temporal cannot be reached. */
  readonly asked: Temporal | undefined;
}

/** The folder of the data directory that a command works on. */
export function dataDirRoot({ options, env }: Pick<CommandContext, 'options' | 'env'>): string {
  return dataDirPath(options.dataDir, env);
}

/** Opens the data directory that is there; a mistyped one is made only with `create`. Throws DATA_DIR_UNUSABLE, KEY_FILE_MISSING, KEY_WRONG and the like. */
export async function withDataDir<T>(
  context: CommandContext,
  work: (dataDir: DataDir) => Promise<T>,
  { create = false }: { readonly create?: boolean } = {},
): Promise<T> {
  const root = dataDirRoot(context);
  if (!create && !existsSync(dataDirPaths(root).ledgerFile))
    throw new CarryoverError('DATA_DIR_UNUSABLE', 'It holds no ledger yet; the first `send` or `receive` makes one.', {
      file: root,
    });
  const dataDir = await openDataDir(root);
  try {
    return await work(dataDir);
  } finally {
    await dataDir.close();
  }
}

/** As `withDataDir`, with Temporal where it can be reached. With `create`, a new data directory is made. */
export async function withOperator<T>(
  context: CommandContext,
  work: (operator: CliOperator) => Promise<T>,
  { create = false }: { readonly create?: boolean } = {},
): Promise<T> {
  const operate = async (dataDir: DataDir): Promise<T> => {
    const asked = await askTemporal(context, dataDir);
    try {
      return await work({ ...dataDir, actor: actorName(), clock: Date.now, temporal: asked?.client, asked });
    } finally {
      await asked?.connection.close();
    }
  };
  return withDataDir(context, operate, { create });
}

/** Connects to Temporal; undefined where it does not answer. The caller closes the connection. */
export async function askTemporal(
  { options: { temporal: address } }: CommandContext,
  { keys }: Pick<DataDir, 'keys'>,
): Promise<Temporal | undefined> {
  const { connectTemporal } = await import('../adapters/temporal/connection.ts');
  try {
    const target = { timeoutMs: connectTimeoutMs, ...(address === undefined ? {} : { address }) };
    const { connection, namespace } = await connectTemporal(target);
    const { Client } = await import('@temporalio/client');
    const { createDataConverter } = await import('../adapters/temporal/data-converter.ts');
    return {
      client: new Client({ connection, namespace, dataConverter: createDataConverter(keys) }),
      connection,
      namespace,
      installationId: keys.installationId,
    };
  } catch (error) {
    if (error instanceof CarryoverError && error.code === 'TEMPORAL_UNREACHABLE') return undefined;
    throw error;
  }
}

/** The operating-system user, as the ledger names who did something. */
export function actorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid-${process.getuid?.() ?? 0}`;
  }
}
