import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openKeyFile } from '../../adapters/keys/key-file.ts';
import type { KeyRing } from '../../adapters/keys/key-ring.ts';
import { testKeyFile } from './test-key-file.ts';

/** Opens the committed test keys; git keeps no file modes, so a copy gets the right one. */
export async function openTestKeys(): Promise<KeyRing> {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-test-keys-'));
  try {
    const copy = join(folder, 'keys.json');
    await copyFile(testKeyFile, copy);
    await chmod(copy, 0o600);
    return await openKeyFile(copy, { create: false });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
