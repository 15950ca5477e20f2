import { createHash } from 'node:crypto';

import { expect } from 'vitest';

import { openPlanIfKept } from '../../adapters/plans/open-plan.ts';
import { canonicalValue } from '../../sandbox/fhir/canonical-json.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { World } from './open-world.ts';

export interface Judged {
  readonly confirmed: number;
  readonly unknown: number;
  readonly stored: number;
}

/**
 * Holds the ledger against the sandbox's arrival journal, by content: confirmed ⊆ stored ⊆ confirmed ∪ unknown, each stored
 * once, and the sums of every transfer add up. Where `exact`, there are no unknowns and both sides are equal.
 */
export async function judgeBatch(
  world: World,
  batchId: BatchId,
  options: { readonly exact: boolean },
): Promise<Judged> {
  const { ledger, objects } = world.dataDir;
  const confirmed = new Set<string>();
  const unknown = new Set<string>();
  for (const { transferId, projection } of await ledger.transfers.list({ batchId })) {
    const { counts, writes } = projection;
    expect(counts.open + counts.confirmed + counts.refused + counts.unknown + counts.withheld + counts.repeats).toBe(
      counts.resources,
    );
    expect(await ledger.rebuildProjection(transferId)).toEqual(projection);
    expect((await ledger.verifyChain(transferId)).kind).toBe('intact');
    const plan = await openPlanIfKept({ objects }, transferId);
    if (plan === undefined) continue;
    for (const { ordinal, resourceType, targetId, json } of plan.resources) {
      const content = `${resourceType}/${targetId} ${sha256OfCanonical(json)}`;
      if (writes.fates[ordinal] === 'c') confirmed.add(content);
      if (writes.fates[ordinal] === 'u' || writes.fates[ordinal] === 'a') unknown.add(content);
    }
  }
  const stored = await storedContents(world);
  const twice = stored.filter((content, index) => stored.indexOf(content) !== index);
  expect(twice, 'stored twice').toEqual([]);
  const storedSet = new Set(stored);
  expect(
    [...confirmed].filter((content) => !storedSet.has(content)),
    'confirmed but not stored',
  ).toEqual([]);
  expect(
    stored.filter((content) => !confirmed.has(content) && !unknown.has(content)),
    'stored but not counted',
  ).toEqual([]);
  if (options.exact)
    expect({ unknown: unknown.size, stored: stored.length }).toEqual({ unknown: 0, stored: confirmed.size });
  return { confirmed: confirmed.size, unknown: unknown.size, stored: stored.length };
}

async function storedContents({ admin }: World): Promise<readonly string[]> {
  return (await admin.journal())
    .flatMap(({ entries }) => entries)
    .filter(({ outcome }) => outcome === 'stored' || outcome === 'updated')
    .map(({ resourceType, callerId, contentSha256 }) => `${resourceType}/${callerId} ${contentSha256}`);
}

function sha256OfCanonical(json: string): string {
  return createHash('sha256').update(canonicalValue(json).canonical).digest('hex');
}
