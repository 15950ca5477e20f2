import { describe, expect, test } from 'vitest';

import { noWrites, type WriteAccount } from '../../../domain/accounting/write-account.ts';
import type { SentBefore } from '../../../domain/payload/already-sent.ts';
import { linkFindings } from '../../../domain/payload/link-findings.ts';
import { nextWrite } from '../../../domain/payload/next-write.ts';
import { placeholderUrl } from '../../../domain/payload/placeholder-url.ts';
import { postedBundle, postedResource } from '../../../domain/payload/posted-body.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';
import { asResourceKey } from '../../../schemas/ids.ts';
import { patient, planned, sources, targetId } from './planning.ts';

const goal = (id: string, ...to: string[]): FhirResource => ({
  resourceType: 'Goal',
  id,
  subject: { reference: 'Patient/p' },
  addresses: to.map((reference) => ({ reference })),
});

async function planOf(resources: readonly FhirResource[], policy: object = {}) {
  return planned(sources(resources), { policy: { idAssignment: 'server', ...policy } });
}

const urn = (type: string, id: string) => placeholderUrl(asResourceKey(targetId(type, id)));

/** An account in which these have the fate, and the confirmed ones the id `id-<ordinal>`. */
function account(fates: WriteAccount['fates']): WriteAccount {
  const confirmed = Object.entries(fates).filter(([, fate]) => fate === 'c');
  const storedIds = Object.fromEntries(confirmed.map(([ordinal]) => [ordinal, `id-${ordinal}`]));
  return { ...noWrites, fates, storedIds };
}

describe('the body of a bundle', () => {
  test('has no ids, a full URL for each entry, and references to what is beside it by that URL', async () => {
    const plan = await planOf([patient, goal('g')]);
    expect(urn('Goal', 'g')).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(postedBundle(plan, [0, 1], noWrites)).toBe(
      `{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"${urn('Patient', 'p')}",` +
        '"resource":{"resourceType":"Patient","name":[{"family":"Example","given":["Ann"]}],"birthDate":"1980-02-29"},' +
        `"request":{"method":"POST","url":"Patient"}},{"fullUrl":"${urn('Goal', 'g')}",` +
        `"resource":{"resourceType":"Goal","subject":{"reference":"${urn('Patient', 'p')}"},"addresses":[]},` +
        '"request":{"method":"POST","url":"Goal"}}]}',
    );
  });

  test('refers to what is stored by the id that the server gave, and to nothing that has none', async () => {
    const plan = await planOf([patient, goal('g')]);
    expect(postedBundle(plan, [1], account({ 0: 'c' }))).toContain('"subject":{"reference":"Patient/id-0"}');
    expect(() => postedBundle(plan, [1], account({ 0: 'u' }))).toThrow(RangeError);
  });

  test('names what is not in the record, and the part of another resource, as nothing else does', async () => {
    const plan = await planOf([patient, goal('g', 'Condition/gone', 'Patient/p#part', 'Goal/g')]);
    const body = postedBundle(plan, [0, 1], noWrites);
    expect(body).toContain(`"addresses":[{"reference":"Condition/${targetId('Condition', 'gone')}"},`);
    expect(body).toContain(`{"reference":"${urn('Patient', 'p')}"},{"reference":"${urn('Goal', 'g')}"}]`);
    expect(plan.dangling).toEqual([{ from: 'Goal', to: 'Condition', count: 1 }]);
  });
});

describe('what an earlier transfer sent', () => {
  const before = (sentBefore: SentBefore) => new Map([[asResourceKey(targetId('Patient', 'p')), sentBefore]]);
  const planAfter = (sentBefore: SentBefore, resources: readonly FhirResource[]) =>
    planned(sources(resources), { policy: { idAssignment: 'server' }, alreadySent: () => before(sentBefore) });

  test('is referred to by the id that it has there, and is in the way of nothing', async () => {
    const plan = await planAfter({ storedId: 'theirs' }, [patient, goal('g', 'Patient/p#part'), goal('h', 'Goal/g')]);
    expect(plan.counts).toMatchObject({ planned: 2, withheldByReason: { 'already-sent': 1 } });
    const body = postedBundle(plan, [0, 1], noWrites);
    expect(body).toContain('"subject":{"reference":"Patient/theirs"},"addresses":[{"reference":"Patient/theirs"}]');
    expect(body).toContain(`"addresses":[{"reference":"${urn('Goal', 'g')}"}]`);
    expect(plan).toMatchObject({
      dangling: [],
      resources: [{ dependsOn: [] }, { dependsOn: [0] }, { storedId: 'theirs' }],
    });
  });

  test('and has no known id there is in the way of what refers to it', async () => {
    const plan = await planAfter({}, [patient, goal('g'), { resourceType: 'Organization', id: 'o', name: 'x' }]);
    expect(plan.counts).toMatchObject({ planned: 1, withheldByReason: { 'already-sent': 1, 'depends-on': 1 } });
  });
});

describe('a circle of references', () => {
  const circle = [patient, goal('x'), goal('a', 'Goal/b'), goal('b', 'Goal/a')];

  test('goes in one bundle, even where the one before has room for a part of it', async () => {
    const plan = await planOf(circle, { maxEntries: 3 });
    expect(plan.bundles.map(({ ordinals }) => ordinals)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(plan).toMatchObject({ cyclesBroken: 0, dangling: [] });
  });

  test('that no bundle can hold loses a reference, which is named as nothing else and counted', async () => {
    const plan = await planOf(circle, { maxEntries: 1 });
    expect(plan).toMatchObject({ cyclesBroken: 1, dangling: [{ from: 'Goal', to: 'Goal', count: 1 }] });
    const [earlier, later] = plan.resources.slice(2);
    expect([earlier?.dependsOn, later?.dependsOn]).toEqual([[0], [0, 2]]);
    expect(earlier?.json).toContain(`"reference":"Goal/${later?.targetId}"`);
    expect(earlier?.json).not.toContain(placeholderUrl(later!.resourceKey));
  });

  test('of one resource alone is lost where each is posted alone', async () => {
    const plan = await planOf([patient, goal('g', 'Goal/g')], { singlePosts: true });
    expect(plan.counts.bundles).toBe(2);
    expect(plan.dangling).toEqual([{ from: 'Goal', to: 'Goal', count: 1 }]);
    expect(postedResource(plan, 1, account({ 0: 'c' }))).toBe(
      '{"resourceType":"Goal","subject":{"reference":"Patient/id-0"},' +
        `"addresses":[{"reference":"Goal/${targetId('Goal', 'g')}"}]}`,
    );
  });
});

describe('what refers to something that is withheld', () => {
  test('is withheld too, and what refers to that, with the type that is missing', async () => {
    const plan = await planOf([
      patient,
      goal('far', 'Goal/near'),
      goal('near', 'Claim/c'),
      { resourceType: 'Claim', id: 'c' },
    ]);
    expect(plan.counts).toMatchObject({ planned: 1, withheldByReason: { 'not-clinical': 1, 'depends-on': 2 } });
    expect(plan.resources.map(({ fate }) => fate).slice(2)).toEqual([
      { kind: 'withhold', reason: 'depends-on', detail: 'Claim' },
      { kind: 'withhold', reason: 'depends-on', detail: 'Goal' },
    ]);
    expect(plan.dangling).toEqual([]);
  });
});

describe('what is posted next', () => {
  const chain = [patient, { resourceType: 'Organization', id: 'o' }, goal('near'), goal('far', 'Goal/near')];
  const ordinalsNext = async (fates: WriteAccount['fates'], resources: readonly FhirResource[] = chain) => {
    const next = nextWrite(await planOf(resources, { maxEntries: 1 }), account(fates));
    return next.kind === 'nothing' ? 'nothing' : { [next.kind]: next.ordinals };
  };

  test('is whatever has its references, while the dependents of an unknown one wait for the decision', async () => {
    expect(await ordinalsNext({})).toEqual({ post: [0] });
    expect(await ordinalsNext({ 0: 'u' })).toEqual({ post: [1] });
    expect(await ordinalsNext({ 0: 'u', 1: 'c' })).toBe('nothing');
    expect(await ordinalsNext({ 0: 'c', 1: 'c', 2: 'u' })).toBe('nothing');
    expect(await ordinalsNext({ 0: 'c', 1: 'c', 2: 'c' })).toEqual({ post: [3] });
  });

  test('is nothing that can never have them: that is withheld, over any number of steps', async () => {
    expect(await ordinalsNext({ 0: 'a', 1: 'c' })).toEqual({ withhold: [2, 3] });
    expect(await ordinalsNext({ 0: 'r' })).toEqual({ withhold: [2, 3] });
    expect(await ordinalsNext({ 0: 'c', 2: 'w' })).toEqual({ withhold: [3] });
  });

  test('does not go on after a confirmed resource of which the server did not say the id', async () => {
    const plan = await planOf(chain, { maxEntries: 1 });
    const writes: WriteAccount = { ...account({ 0: 'c' }), storedIds: {} };
    expect(nextWrite(plan, writes)).toEqual({ kind: 'withhold', ordinals: [2, 3] });
  });

  test('with our own ids is the next open bundle, whatever became of the others', async () => {
    const plan = await planned(sources(chain), { policy: { maxEntries: 1 } });
    expect(nextWrite(plan, account({ 0: 'r', 1: 'u' }))).toMatchObject({ kind: 'post', ordinals: [2] });
  });
});

describe('an answer', () => {
  const confirmed = (ordinal: number) => ({ ordinal, outcome: 'confirmed', status: 200 }) as const;
  const refused = { ordinal: 0, outcome: 'refused', status: 422 } as const;

  test('that says of a stored resource not under which id is a finding', async () => {
    const plan = await planOf([patient, goal('g')]);
    expect(linkFindings(plan, [{ ...confirmed(0), storedId: 'a' }, confirmed(1)])).toEqual(['confirmed-without-id']);
    expect(linkFindings(plan, [{ ...confirmed(0), storedId: 'a' }])).toEqual([]);
  });

  test('that takes a resource and refuses one beside it that it refers to is a finding', async () => {
    const plan = await planOf([patient, goal('g')]);
    expect(linkFindings(plan, [refused, { ...confirmed(1), storedId: 'b' }])).toEqual(['linked-with-unstored']);
  });

  test('that names another id than ours is a finding; without an id, or with ours, it is none', async () => {
    const plan = await planned(sources([patient, goal('g')]));
    const ours = plan.resources[1]?.targetId ?? '';
    expect(linkFindings(plan, [refused, confirmed(1)])).toEqual([]);
    expect(linkFindings(plan, [refused, { ...confirmed(1), storedId: ours }])).toEqual([]);
    expect(linkFindings(plan, [refused, { ...confirmed(1), storedId: 'theirs' }])).toEqual(['id-not-kept']);
  });
});
