import { cp } from 'node:fs/promises';
import process from 'node:process';

/** Environment variable with the folder of the workflow bundle that all tests of a run share. */
export const bundlesVariable = 'CARRYOVER_TEST_BUNDLES';

/** Puts the bundle of this run, where there is one, where the workers of a data directory look for theirs. */
export async function shareBundles(cacheDir: string): Promise<void> {
  const bundles = process.env[bundlesVariable];
  if (bundles !== undefined) await cp(bundles, cacheDir, { recursive: true });
}
