import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { CarryoverError } from '../../schemas/failures.ts';
import { isErrorCode, syncDirectory } from '../objects/atomic-file.ts';
import { manifestName } from './delivery-manifest.ts';
import type { DeliveryTarget } from './delivery-target.ts';
import { openUnfinishedFolder } from './unfinished-folder.ts';

/** How often a writer gives way to another one that shows the same delivery at the same moment. */
const mostSwaps = 10;

interface Names {
  readonly directory: string;
  readonly parent: string;
  /** Where the earlier delivery is for the moment in which the new one takes its name. */
  readonly previous: string;
}

/**
 * Delivers into a folder (0700, files 0600) that has its name only while it is complete. What a process that died left behind is
 * removed, or put back, by the next delivery there. Throws DELIVERY_FOLDER_TAKEN where the folder holds something else.
 */
export function folderTarget(folder: string): DeliveryTarget {
  const directory = resolve(folder);
  const parent = dirname(directory);
  const names: Names = {
    directory,
    parent,
    previous: join(parent, `.${basename(directory)}.previous`),
  };
  return {
    async begin() {
      await mkdir(parent, { recursive: true, mode: 0o700 });
      await putBackPrevious(names);
      await requireOurs(directory);
      const unfinished = await openUnfinishedFolder({ parent, name: basename(directory) });
      return {
        createFile: (name) => createWriteStream(join(unfinished.path, name), { flags: 'wx', mode: 0o600, flush: true }),
        // The files stand beside the manifest.
        settle: () => '',
        async finish() {
          await syncDirectory(unfinished.path);
          await show(unfinished.path, names);
        },
        discard: () => unfinished.remove(),
      };
    },
  };
}

async function show(unfinished: string, { directory, previous, parent }: Names): Promise<void> {
  for (let swap = 1; ; swap += 1) {
    await rm(previous, { recursive: true, force: true });
    await renameIfThere(directory, previous);
    try {
      await rename(unfinished, directory);
      break;
    } catch (error) {
      if (swap === mostSwaps || !(isErrorCode(error, 'ENOTEMPTY') || isErrorCode(error, 'EEXIST'))) throw error;
    }
  }
  await syncDirectory(parent);
  await rm(previous, { recursive: true, force: true });
}

/** A process died between the two renames: the earlier delivery, which is complete, gets its name back. */
async function putBackPrevious({ directory, previous }: Names): Promise<void> {
  if ((await entriesOf(directory)) === undefined) await renameIfThere(previous, directory);
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (!isErrorCode(error, 'ENOENT')) throw error;
  });
}

async function requireOurs(directory: string): Promise<void> {
  const entries = await entriesOf(directory);
  // A folder with other things in it and without a manifest is nothing of ours: it is never removed.
  if (entries === undefined || entries.length === 0 || entries.includes(manifestName)) return;
  throw new CarryoverError('DELIVERY_FOLDER_TAKEN', '', { file: directory });
}

/** The names in a folder; undefined where there is none. Throws DELIVERY_FOLDER_TAKEN for a file. */
async function entriesOf(directory: string): Promise<readonly string[] | undefined> {
  return await readdir(directory).catch((error: unknown) => {
    if (isErrorCode(error, 'ENOENT')) return undefined;
    if (isErrorCode(error, 'ENOTDIR')) throw new CarryoverError('DELIVERY_FOLDER_TAKEN', '', { file: directory });
    throw error;
  });
}
