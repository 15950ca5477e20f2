import { expect } from 'vitest';

import { openPlan } from '../../adapters/plans/open-plan.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { Judged } from './judge.ts';
import type { World } from './open-world.ts';
import { postedAccount } from './posted-account.ts';
import { isStoredAsPlanned } from './stored-content.ts';
import { storedRequests } from './stored-requests.ts';

/**
 * As `judgeBatch`, where the sandbox assigns the ids, for every batch that it was sent, the first one first. Also holds every stored
 * resource, references and all, against the plan.
 */
export async function judgeServerIds(world: World, ...batchIds: readonly BatchId[]): Promise<Judged> {
  const { ledger } = world.dataDir;
  const { adminUrl } = world.sandbox;
  const total = { confirmed: 0, unknown: 0, stored: 0 };
  const requests = await storedRequests(adminUrl);
  const transfers = (
    await Promise.all(batchIds.toReversed().map((batchId) => ledger.transfers.list({ batchId })))
  ).flat();
  for (const transfer of transfers) {
    const { transferId, projection } = transfer;
    const { resources, ...ends } = projection.counts;
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(resources);
    expect(await ledger.rebuildProjection(transferId)).toEqual(projection);
    expect((await ledger.verifyChain(transferId)).kind).toBe('intact');

    const { plan, confirmed, unknown, stored, otherBodies } = await postedAccount(world, transfer, requests);
    const isMissing = (ordinal: number) => !stored.includes(ordinal);
    expect(otherBodies, 'bodies that are not the committed ones').toBe(0);
    expect(new Set(stored).size, 'stored twice').toBe(stored.length);
    expect(confirmed.filter(isMissing), 'confirmed but not stored').toEqual([]);
    const uncounted = stored.filter((ordinal) => !confirmed.includes(ordinal) && !unknown.includes(ordinal));
    expect(uncounted, 'stored but not counted').toEqual([]);
    for (const ordinal of confirmed) {
      const holds = await isStoredAsPlanned(adminUrl, plan, ordinal, projection.writes.storedIds);
      expect(holds, `resource ${ordinal} is in the store as it was planned`).toBe(true);
    }
    total.confirmed += confirmed.length;
    total.unknown += unknown.length;
    total.stored += stored.length;
  }
  expect(requests.left(), 'stored by a request that the ledger does not know').toBe(0);
  expect(await world.admin.store()).toHaveLength(total.stored);
  return total;
}

export async function planOf({ dataDir }: Pick<World, 'dataDir'>, transferId: TransferId): Promise<Plan> {
  return openPlan(dataDir, transferId);
}
