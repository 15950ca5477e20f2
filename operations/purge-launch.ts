import type { Batch } from '../adapters/ledger/batches.ts';
import { asObjectKey } from '../schemas/ids.ts';
import type { Purger, PurgeRule } from './purge-transfer.ts';

/** What was removed of a batch itself; undefined where nothing is kept of it any more. */
export interface LaunchPurged {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Removes what a batch was launched with: the roster, and where the records were. For batches of which every transfer is purged. That
 * it goes is committed first; where a run died in between, the next one removes what is left. The profile, without PHI, stays.
 */
export async function purgeLaunch(
  { ledger, objects, actor }: Purger,
  { batchId, rosterObject }: Batch,
  { policy, dryRun }: PurgeRule,
): Promise<LaunchPurged | undefined> {
  const keys = [rosterObject, asObjectKey(`launch/${batchId}`)];
  const sizes = await Promise.all(keys.map((key) => objects.sealedBytesOf(key)));
  const kept = sizes.filter((size) => size !== undefined);
  if (kept.length === 0) return undefined;
  const bytes = kept.reduce((sum, size) => sum + size, 0);
  if (!dryRun) {
    await ledger.batchPurges.record(batchId, { actor, policy, bytes });
    for (const key of keys) await objects.delete(key);
  }
  return { count: kept.length, bytes };
}
