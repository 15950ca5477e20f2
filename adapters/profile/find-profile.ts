import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { CarryoverError } from '../../schemas/failures.ts';

/** The file of a counterpart: a path where it looks like one, else `<name>.toml` in the first of the folders that has it. Error: PROFILE_NOT_FOUND. */
export async function findProfile(
  nameOrPath: string,
  dirs: readonly string[],
): Promise<{ path: string; toml: string }> {
  const isPath = /[/\\]|\.toml$/.test(nameOrPath);
  const paths = isPath ? [resolve(nameOrPath)] : dirs.map((dir) => resolve(join(dir, `${nameOrPath}.toml`)));
  for (const path of paths) {
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) return { path, toml: await read(path) };
  }
  throw new CarryoverError(
    'PROFILE_NOT_FOUND',
    isPath ? 'There is no such file.' : `Folders searched: ${paths.length}.`,
  );
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new CarryoverError('PROFILE_NOT_FOUND', 'The file cannot be read.', { file: path });
  }
}
