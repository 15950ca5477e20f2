import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';

import { dataDirPaths } from '../adapters/data-dir/open-data-dir.ts';
import { loadProfile, type LoadedProfile } from '../adapters/profile/load-profile.ts';
import type { CounterpartProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { CommandContext } from './command.ts';
import { dataDirRoot } from './installation.ts';

/** Loads the profile that `--counterpart` names: a path to a .toml file, or a name in `<data-dir>/counterparts`. */
export async function loadCounterpart(context: CommandContext, nameOrPath: string): Promise<LoadedProfile> {
  const { counterparts } = dataDirPaths(dataDirRoot(context));
  try {
    return await loadProfile(nameOrPath, { dirs: [counterparts] });
  } catch (error) {
    if (!(error instanceof CarryoverError) || error.code !== 'PROFILE_NOT_FOUND') throw error;
    const names = await profileNames(counterparts);
    const found = names.length === 0 ? 'Its counterparts folder holds none.' : `Found there: ${names.join(', ')}.`;
    throw new CarryoverError('PROFILE_NOT_FOUND', `${error.detail} ${found}`, { file: counterparts }, { cause: error });
  }
}

/** Loads the named profiles, else every one in the counterparts folder. Throws PROFILE_NOT_FOUND where there is none. */
export async function loadCounterparts(
  context: CommandContext,
  namesOrPaths: readonly string[],
): Promise<readonly LoadedProfile[]> {
  const { counterparts } = dataDirPaths(dataDirRoot(context));
  const wanted = namesOrPaths.length > 0 ? namesOrPaths : await profileNames(counterparts);
  if (wanted.length === 0)
    throw new CarryoverError('PROFILE_NOT_FOUND', 'The counterparts folder holds none.', { file: counterparts });
  return Promise.all(wanted.map((name) => loadCounterpart(context, name)));
}

/** The names of the profiles in a folder, sorted. */
export async function profileNames(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith('.toml'))
    .map((file) => basename(file, '.toml'))
    .toSorted();
}

/** Throws PRODUCTION_NOT_CONFIRMED where a production counterpart was not confirmed with --yes-production. */
export function requireProductionConfirmed(
  { options }: CommandContext,
  { id, environment }: Pick<CounterpartProfile, 'id' | 'environment'>,
): void {
  if (environment === 'production' && !options.yesProduction)
    throw new CarryoverError('PRODUCTION_NOT_CONFIRMED', `The counterpart is ${id}.`);
}
