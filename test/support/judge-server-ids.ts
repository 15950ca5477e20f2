import { createHash } from 'node:crypto';

import { expect } from 'vitest';

import type { TransferProjection } from '../../domain/accounting/project-transfer.ts';
import { placeholderUrl } from '../../domain/payload/placeholder-url.ts';
import { postedBundle, postedResource } from '../../domain/payload/posted-body.ts';
import { canonicalValue } from '../../sandbox/fhir/canonical-json.ts';
import { asObjectKey, type BatchId, type TransferId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { Judged } from './judge.ts';
import type { World } from './open-world.ts';

/** One request as the ledger says that it was begun. */
interface Attempt {
  readonly ordinals: readonly number[];
  readonly bodySha256: string;
}

/**
 * As `judgeBatch`, where the sandbox assigns the ids: what was posted is made again from plan and ledger, byte for byte, and found in
 * the journal by the hash of its body. Also holds every stored resource, references and all, against the plan.
 */
export async function judgeServerIds(world: World, batchId: BatchId): Promise<Judged> {
  const { ledger } = world.dataDir;
  const total = { confirmed: 0, unknown: 0, stored: 0 };
  const counted = new Set<number>();
  for (const { transferId, projection } of await ledger.transfers.list({ batchId })) {
    const { counts, writes } = projection;
    const { resources, ...ends } = counts;
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(resources);
    expect(await ledger.rebuildProjection(transferId)).toEqual(projection);
    expect((await ledger.verifyChain(transferId)).kind).toBe('intact');

    const plan = await planOf(world, transferId);
    const stored = await storedOrdinals(world, await attemptsOf(world, transferId, plan, projection), counted);
    expect(new Set(stored).size, 'stored twice').toBe(stored.length);
    const withFate = (...fates: readonly string[]) =>
      Object.entries(writes.fates).flatMap(([ordinal, fate]) => (fates.includes(fate) ? [Number(ordinal)] : []));
    const [confirmed, unknown] = [withFate('c'), withFate('u', 'a')];
    expect(
      confirmed.filter((ordinal) => !stored.includes(ordinal)),
      'confirmed but not stored',
    ).toEqual([]);
    expect(
      stored.filter((ordinal) => !confirmed.includes(ordinal) && !unknown.includes(ordinal)),
      'stored but not counted',
    ).toEqual([]);
    for (const ordinal of confirmed) await judgeContent(world, plan, ordinal, projection);
    total.confirmed += confirmed.length;
    total.unknown += unknown.length;
    total.stored += stored.length;
  }
  const strange = (await world.admin.journal()).filter(
    ({ seq, entries }) => !counted.has(seq) && entries.some(({ outcome }) => outcome === 'stored'),
  );
  expect(strange, 'stored by a request that the ledger does not know').toEqual([]);
  expect(await world.admin.store()).toHaveLength(total.stored);
  return total;
}

export async function planOf({ dataDir }: World, transferId: TransferId): Promise<Plan> {
  return JSON.parse((await dataDir.objects.get(asObjectKey(`plan/${transferId}`))).toString()) as Plan;
}

/** Every try, with the body that plan and answers make, which must be the one whose hash was committed before it was sent. */
async function attemptsOf(
  { dataDir: { ledger, keys } }: World,
  transferId: TransferId,
  plan: Plan,
  { writes }: TransferProjection,
): Promise<readonly Attempt[]> {
  return (await ledger.events(transferId)).flatMap(({ body, subject }) => {
    if (body.kind !== 'attempted') return [];
    const { ordinals, bodyHash } = body;
    const isSingle = subject.startsWith('resource/');
    const text = isSingle ? postedResource(plan, ordinals[0] ?? -1, writes) : postedBundle(plan, ordinals, writes);
    expect(keys.keyedHash('body', Buffer.from(text).toString('latin1'))).toBe(bodyHash);
    return [{ ordinals, bodySha256: createHash('sha256').update(text).digest('hex') }];
  });
}

/** What the sandbox stored of these tries. A request that arrived belongs to one try only. */
async function storedOrdinals(
  { admin }: World,
  attempts: readonly Attempt[],
  counted: Set<number>,
): Promise<readonly number[]> {
  const stored: number[] = [];
  const journal = await admin.journal();
  for (const { ordinals, bodySha256 } of attempts) {
    const record = journal.find((one) => one.bodySha256 === bodySha256 && !counted.has(one.seq));
    if (record === undefined) continue;
    counted.add(record.seq);
    for (const { position, outcome } of record.entries) if (outcome === 'stored') stored.push(ordinals[position] ?? -1);
  }
  return stored;
}

/** A confirmed resource is in the store under its id, with the planned content, and names what it refers to by its stored id. */
async function judgeContent(
  { sandbox }: World,
  plan: Plan,
  ordinal: number,
  { writes: { storedIds } }: TransferProjection,
): Promise<void> {
  const { resourceType, json, dependsOn, resourceKey } = plan.resources[ordinal]!;
  const id = storedIds[ordinal] ?? 'none';
  const answer = await fetch(`${sandbox.adminUrl}/store/${resourceType}/${id}`);
  expect(answer.status, `${resourceType}/${id} is stored`).toBe(200);
  const named = [...dependsOn, ordinal].reduce((text, target) => {
    const { resourceType: type, resourceKey: key } = plan.resources[target]!;
    const storedId = storedIds[target];
    return storedId === undefined ? text : text.replaceAll(`"${placeholderUrl(key)}"`, `"${type}/${storedId}"`);
  }, json);
  expect(named).not.toContain(placeholderUrl(resourceKey));
  const expected = `{"id":${JSON.stringify(id)},${named.slice(1)}`;
  expect(canonicalValue(await answer.text()).canonical).toBe(canonicalValue(expected).canonical);
}
