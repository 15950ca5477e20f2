import type { Dirent } from 'node:fs';
import { access, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

import { CarryoverError } from '../../schemas/failures.ts';
import { asObjectKey, type ObjectKey } from '../../schemas/ids.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { isErrorCode, replaceFile, syncDirectory, unfinishedPrefix, writeNewFile } from './atomic-file.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { openObject, sealObject } from './sealed-object.ts';

/** Slash-separated names of letters, digits, `.`, `_`, `=` and `-`; none begins with a dot, so none leads out of the directory. */
const allowedKey = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*(\/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*$/;

/** Keeps sealed objects as files (0600) in directories (0700), one file per key. */
export function openFileObjectStore(location: { readonly directory: string; readonly keys: KeyRing }): ObjectStore {
  const { directory, keys: ring } = location;
  const keys = ring.sealingKeys('objects');
  const pathOf = (key: ObjectKey): string => join(directory, ...checkKey(key).split('/'));

  async function put(
    key: ObjectKey,
    bytes: Uint8Array,
    options: { readonly replace?: boolean } = {},
  ): Promise<StoredObject> {
    const path = pathOf(key);
    const sealed = await sealObject(key, bytes, keys);
    const contentHash = ring.contentHash(bytes);
    if (options.replace === true) await replaceFile(path, sealed);
    else if (!(await writeNewFile(path, sealed))) return await keptBefore(key, contentHash);
    return { key, sealedBytes: sealed.length, contentHash };
  }

  async function keptBefore(key: ObjectKey, contentHash: string): Promise<StoredObject> {
    const sealed = await read(key);
    if (ring.contentHash(await openObject(key, sealed, keys)) !== contentHash) {
      throw new CarryoverError('LEDGER_CONFLICT', 'An object with other content is kept under this key.');
    }
    return { key, sealedBytes: sealed.length, contentHash };
  }

  async function read(key: ObjectKey): Promise<Buffer> {
    try {
      return await readFile(pathOf(key));
    } catch (error) {
      if (isErrorCode(error, 'ENOENT') || isErrorCode(error, 'ENOTDIR')) throw new CarryoverError('OBJECT_MISSING');
      throw error;
    }
  }

  return {
    put,
    get: async (key) => await openObject(key, await read(key), keys),
    has: async (key) =>
      await access(pathOf(key)).then(
        () => true,
        () => false,
      ),
    sealedBytesOf: async (key) => {
      try {
        return (await stat(pathOf(key))).size;
      } catch (error) {
        if (isErrorCode(error, 'ENOENT') || isErrorCode(error, 'ENOTDIR')) return undefined;
        throw error;
      }
    },
    deleteFolder: async (folder) => {
      const path = pathOf(asObjectKey(folder));
      await rm(path, { recursive: true, force: true });
      await syncDirectory(dirname(path)).catch(() => undefined);
    },
    delete: async (key) => {
      const path = pathOf(key);
      await rm(path, { force: true });
      await syncDirectory(dirname(path)).catch(() => undefined);
    },
    removeUnfinished: async (beforeMs, { dryRun = false } = {}) => {
      const left = await unfinishedBelow(directory, beforeMs);
      if (!dryRun) for (const path of left) await rm(path, { force: true });
      return left.length;
    },
    list: async (prefix) => {
      const folder = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0));
      const below = folder === '' ? directory : pathOf(asObjectKey(folder));
      return (await keysBelow(directory, below)).filter((key) => key.startsWith(prefix));
    },
  };
}

function checkKey(key: ObjectKey): string {
  if (key.length > 512 || !allowedKey.test(key))
    throw new CarryoverError('UNEXPECTED', 'An object key is not allowed.');
  return key;
}

/** The keys in a folder of the directory, whatever else there is. */
async function keysBelow(directory: string, folder: string): Promise<readonly ObjectKey[]> {
  return (await filesBelow(folder))
    .filter(({ name }) => !name.startsWith(unfinishedPrefix))
    .map((entry) => asObjectKey(relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/')))
    .toSorted();
}

async function unfinishedBelow(directory: string, beforeMs: number): Promise<readonly string[]> {
  const paths = (await filesBelow(directory))
    .filter(({ name }) => name.startsWith(unfinishedPrefix))
    .map(({ parentPath, name }) => join(parentPath, name));
  const left: string[] = [];
  for (const path of paths) {
    // Its writer may have finished it meanwhile.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < beforeMs) left.push(path);
  }
  return left;
}

async function filesBelow(folder: string): Promise<readonly Dirent[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isErrorCode(error, 'ENOENT') || isErrorCode(error, 'ENOTDIR')) return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile());
}
