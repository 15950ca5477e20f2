import { stringify } from '@medplum/core';
import { expect } from 'vitest';

import { placeholderUrl } from '../../domain/payload/placeholder-url.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { ForeignServer } from './foreign-server.ts';
import { planOf } from './judge-server-ids.ts';
import type { Judged } from './judge.ts';
import type { World } from './open-world.ts';

type Json = Record<string, unknown> & { readonly resourceType: string; readonly id: string };

/** What a judgement of a server that others wrote says beside the counts. */
export interface ForeignJudged extends Judged {
  /** References in the store, and those of them that lead to nothing there. */
  readonly references: number;
  readonly unresolved: number;
  /** References that the plans announced as dangling. */
  readonly dangling: number;
}

/**
 * Holds the ledger against the repository of a server that others wrote, by reading it: confirmed ⊆ stored ⊆ confirmed ∪ unknown,
 * each stored once, with the planned content, and the sums of every transfer add up.
 */
export async function judgeForeign(
  world: World,
  batchId: BatchId,
  { repository }: Pick<ForeignServer, 'repository'>,
): Promise<ForeignJudged> {
  const { ledger } = world.dataDir;
  const names = new Set<string>();
  const types = new Set<string>();
  const total = { confirmed: 0, unknown: 0, dangling: 0 };
  for (const { transferId, projection } of await ledger.transfers.list({ batchId })) {
    const { counts, writes } = projection;
    const { resources, ...ends } = counts;
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(resources);
    expect(await ledger.rebuildProjection(transferId)).toEqual(projection);
    expect((await ledger.verifyChain(transferId)).kind).toBe('intact');

    const plan = await planOf(world, transferId);
    for (const { ordinal, resourceType, targetId } of plan.resources) {
      types.add(resourceType);
      if (writes.fates[ordinal] !== 'c') continue;
      const id = writes.storedIds[ordinal] ?? targetId;
      const stored = (await repository.readResource(resourceType, id)) as unknown as Json;
      const expected = planned(plan, ordinal, id, writes.storedIds);
      expect(withoutServerMeta(await likeTheLostOnes(repository, stored, expected))).toEqual(expected);
      names.add(`${resourceType}/${id}`);
    }
    total.confirmed += counts.confirmed;
    total.unknown += counts.unknown;
    total.dangling += plan.dangling.reduce((sum, { count }) => sum + count, 0);
  }
  expect(names.size, 'two that are confirmed are one in the store').toBe(total.confirmed);

  const store = await everything(repository, types);
  const stored = new Set(store.map(({ resourceType, id }) => `${resourceType}/${id}`));
  expect(stored.size - total.confirmed, 'stored but not counted').toBeLessThanOrEqual(total.unknown);
  const references = store.flatMap(relativeReferences);
  const unresolved = references.filter((reference) => !stored.has(reference));
  return { ...total, stored: stored.size, references: references.length, unresolved: unresolved.length };
}

/** Stands for the id that this server had given to an entry of the same bundle before it refused it: nobody is told it. */
const lost = 'never-stored';

/** References of the stored resource to ids that nothing has, spelt as the plan has to spell them. */
async function likeTheLostOnes(repository: ForeignServer['repository'], stored: Json, expected: Json): Promise<Json> {
  let text = JSON.stringify(stored);
  if (!JSON.stringify(expected).includes(lost)) return stored;
  for (const reference of relativeReferences(stored)) {
    const [type = '', id = ''] = reference.split('/');
    const isThere = await repository.readResource(type, id).then(
      () => true,
      () => false,
    );
    if (!isThere) text = text.replaceAll(`"${reference}"`, `"${type}/${lost}"`);
  }
  return JSON.parse(text) as Json;
}

/** The content that the plan says, as this server writes JSON: without what is empty, numbers as JavaScript has them. */
function planned(plan: Plan, ordinal: number, id: string, storedIds: Readonly<Record<number, string>>): Json {
  const { json, dependsOn } = plan.resources[ordinal]!;
  const named = [...dependsOn, ordinal].reduce((text, target) => {
    const { resourceType, resourceKey } = plan.resources[target]!;
    return text.replaceAll(placeholderUrl(resourceKey), `${resourceType}/${storedIds[target] ?? lost}`);
  }, json);
  return withoutServerMeta({ ...(JSON.parse(stringify(JSON.parse(named))) as Json), id });
}

function withoutServerMeta({ meta, ...resource }: Json): Json {
  const { versionId: _version, lastUpdated: _time, ...ours } = (meta ?? {}) as Record<string, unknown>;
  return { ...resource, ...(Object.keys(ours).length > 0 && { meta: ours }) };
}

async function everything(repository: ForeignServer['repository'], types: ReadonlySet<string>): Promise<Json[]> {
  const found = await Promise.all(
    [...types].map((resourceType) => repository.searchResources({ resourceType: resourceType as 'Patient' })),
  );
  return found.flat() as unknown as Json[];
}

/** Relative ones, and placeholders that nobody replaced. */
function relativeReferences(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(relativeReferences);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === 'reference' && typeof inner === 'string' && /^([A-Z]\w+\/[^/]+|urn:uuid:.*)$/.test(inner)
      ? [inner]
      : relativeReferences(inner),
  );
}
