import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** Names that begin so are unfinished files of a writer that died; nobody reads them. */
export const unfinishedPrefix = '.unfinished-';

/**
 * Writes a whole file or none (temporary file, fsync, link, fsync of the directory), mode 0600 in directories 0700.
 * Returns false, and changes nothing, where the file is there already.
 */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<boolean> {
  return await withTemporaryFile(path, bytes, async (temporary) => {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if (isErrorCode(error, 'EEXIST')) return false;
      throw error;
    }
  });
}

/** Writes a whole file or none, in place of the one that is there. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await withTemporaryFile(path, bytes, async (temporary) => {
    await rename(temporary, path);
  });
}

/** True for a system error of this code, such as `ENOENT`. */
export function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** Makes what was created, renamed or removed in a directory outlast a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function withTemporaryFile<T>(
  path: string,
  bytes: Uint8Array,
  place: (temporary: string) => Promise<T>,
): Promise<T> {
  const directory = dirname(path);
  await makeDirectory(directory);
  const temporary = join(directory, `${unfinishedPrefix}${basename(path)}-${randomUUID()}`);
  try {
    await writeSynced(temporary, bytes);
    const result = await place(temporary);
    await syncDirectory(directory);
    return result;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  // Every directory that got a new entry has to be synced: from the parent of the first new one down.
  let directory = dirname(first);
  await syncDirectory(directory);
  for (const name of relative(directory, path).split(/[\\/]/).slice(0, -1)) {
    directory = join(directory, name);
    await syncDirectory(directory);
  }
}
