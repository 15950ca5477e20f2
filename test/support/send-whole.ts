import { expect } from 'vitest';

import { launchBatch } from '../../operations/launch-batch.ts';
import { judgeBatch } from './judge.ts';
import type { World } from './open-world.ts';
import { untilEnded } from './people.ts';

/**
 * Sends the records of a roster to the sandbox, to the end of every row, and judges them: nothing is unknown or open, the sums hold,
 * and the store holds exactly what the ledger says is confirmed, by content. A worker must be running.
 */
export async function sendWhole(
  world: World,
  { rosterFile, sourceDir }: { readonly rosterFile: string; readonly sourceDir: string },
) {
  const launch = { direction: 'send', profile: world.profile, rosterFile, sourceDir, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilEnded(world, batchId);

  const { byState, counts } = await world.dataDir.ledger.transfers.progress(batchId);
  const { stored, confirmed } = await judgeBatch(world, batchId, { exact: true });
  expect({ stored, confirmed }).toEqual({ stored: counts.confirmed, confirmed: counts.confirmed });
  expect(counts.resources).toBe(counts.confirmed + counts.refused + counts.withheld + counts.repeats);
  expect(await world.admin.store()).toHaveLength(counts.confirmed);
  return { batchId, byState, counts };
}
