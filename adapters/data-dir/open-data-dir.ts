import { existsSync } from 'node:fs';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { CarryoverError } from '../../schemas/failures.ts';
import { openKeyFile } from '../keys/key-file.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { openLedger, type Ledger } from '../ledger/ledger.ts';
import { openFileObjectStore } from '../objects/file-object-store.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { openSecretStore, type SecretStore } from '../secrets/secret-store.ts';

/** Where everything of one installation lies. Only `deliveries` holds anything in clear. */
export interface DataDirPaths {
  readonly root: string;
  readonly keyFile: string;
  readonly ledgerFile: string;
  readonly objects: string;
  readonly deliveries: string;
  /** Prebuilt workflow bundles; may be deleted at any time. */
  readonly cache: string;
  readonly counterparts: string;
}

export interface DataDir {
  readonly paths: DataDirPaths;
  readonly keys: KeyRing;
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  readonly secrets: SecretStore;
  close(): Promise<void>;
}

/** `--data-dir`, else CARRYOVER_DATA_DIR, else the XDG data directory. */
export function dataDirPath(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const xdg = env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
  return given ?? env['CARRYOVER_DATA_DIR'] ?? join(xdg, 'carryover');
}

export function dataDirPaths(root: string): DataDirPaths {
  return {
    root,
    keyFile: join(root, 'keys.json'),
    ledgerFile: join(root, 'ledger.sqlite'),
    objects: join(root, 'objects'),
    deliveries: join(root, 'deliveries'),
    cache: join(root, 'cache'),
    counterparts: join(root, 'counterparts'),
  };
}

/**
 * Opens a data directory; a new one gets its key file. Throws DATA_DIR_UNUSABLE, KEY_FILE_MISSING (a ledger is there, its
 * keys are not), KEY_WRONG, KEY_FILE_UNSAFE, KEY_FILE_INVALID.
 */
export async function openDataDir(root: string, options: { readonly clock?: () => number } = {}): Promise<DataDir> {
  const paths = dataDirPaths(root);
  await makeUsable(paths);
  const clock = options.clock ?? Date.now;
  const keys = await openKeyFile(paths.keyFile, { create: !existsSync(paths.ledgerFile) });
  const ledger = await openLedger({ path: paths.ledgerFile, clock, keyCheck: keys.keyCheck });
  const objects = openFileObjectStore({ directory: paths.objects, keys });
  const secrets = openSecretStore({ ledger, keys });
  return { paths, keys, ledger, objects, secrets, close: () => ledger.close() };
}

async function makeUsable({ root, objects, deliveries, cache, counterparts }: DataDirPaths): Promise<void> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    if (!(await stat(root)).isDirectory()) throw new Error('not a directory');
    for (const directory of [objects, deliveries, cache, counterparts]) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await chmod(directory, 0o700);
    }
  } catch (error) {
    throw new CarryoverError('DATA_DIR_UNUSABLE', '', {}, { cause: error });
  }
}
