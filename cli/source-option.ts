import { dirname } from 'node:path';

import { Option, type Command } from 'commander';

import { openHttpPools } from '../adapters/http/http-pool.ts';
import { filesSource, type PayloadSource } from '../adapters/source/payload-source.ts';
import { loadSourceServer } from '../adapters/source/server/load-source-server.ts';
import { serverSource } from '../adapters/source/server/server-source.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { SourceServer } from '../schemas/source-server.ts';
import type { CommandContext } from './command.ts';

/** The options that say where the members' records are. */
export interface SourceOptions {
  readonly sourceDir?: string;
  readonly sourceServer?: string;
}

/** Adds --source-dir and --source-server, of which one may be given. */
export function addSourceOptions(command: Command): Command {
  return command
    .option('--source-dir <dir>', "where the members' records are (else the folder of the roster)")
    .addOption(
      new Option('--source-server <file>', 'a .toml file that describes the FHIR server with the records').conflicts(
        'sourceDir',
      ),
    );
}

/** What a launch is told about the source. A production server needs --yes-production, as a production counterpart does. */
export async function sourceOfLaunch(
  { options }: CommandContext,
  { sourceDir, sourceServer }: SourceOptions,
): Promise<{ readonly sourceDir?: string; readonly sourceServer?: SourceServer }> {
  if (sourceServer === undefined) return sourceDir === undefined ? {} : { sourceDir };
  const server = await loadSourceServer(sourceServer);
  if (server.environment === 'production' && !options.yesProduction)
    throw new CarryoverError('PRODUCTION_NOT_CONFIRMED', 'It is the description of the source server.');
  return { sourceServer: server };
}

/** Opens the source for as long as the work takes. */
export async function withPayloadSource<T>(
  { sourceDir, sourceServer, roster }: SourceOptions & { readonly roster: string },
  work: (source: PayloadSource) => Promise<T>,
): Promise<T> {
  if (sourceServer === undefined) return work(filesSource(sourceDir ?? dirname(roster)));
  const server = await loadSourceServer(sourceServer);
  const pools = openHttpPools({ connections: 1, environment: server.environment });
  try {
    return await work(serverSource({ server, pools }));
  } finally {
    await pools.close();
  }
}
