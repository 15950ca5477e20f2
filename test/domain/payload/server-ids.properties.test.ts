import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { unknownOrdinals, type WriteAccount } from '../../../domain/accounting/write-account.ts';
import { sentBy } from '../../../domain/payload/already-sent.ts';
import { nextWrite } from '../../../domain/payload/next-write.ts';
import { placeholderUrl } from '../../../domain/payload/placeholder-url.ts';
import type { Plan } from '../../../schemas/plan.ts';
import type { Graph } from './graphs.ts';
import { plan as planRecord, planned, type Request } from './planning.ts';
import { bodyOf, courses, everyType, play, referencesIn, resourcesIn, sendable, type Course } from './server-course.ts';

describe('a record whose ids the server assigns, in whatever course it takes', () => {
  test('ends with exactly one fate for every resource that is planned', async () => {
    await forEveryCourse(({ plan, end }) => {
      const { confirmed, refused, unknown, withheld } = end.counts;
      expect(confirmed + refused + unknown + withheld).toBe(plan.counts.planned);
      expect(Object.keys(end.fates)).toHaveLength(plan.counts.planned);
      expect(unknownOrdinals(end)).toEqual([]);
    });
  });

  test('never posts a reference to something that is neither stored nor beside it', async () => {
    await forEveryCourse(({ plan, posts }) => {
      const byPlaceholder = new Map(plan.resources.map((one) => [placeholderUrl(one.resourceKey), one]));
      for (const { body, ordinals, before } of posts) {
        const posted = resourcesIn(body);
        expect(posted).toHaveLength(ordinals.length);
        for (const [place, ordinal] of ordinals.entries()) {
          const meant = referencesIn(JSON.parse(plan.resources[ordinal]?.json ?? ''));
          const written = referencesIn(posted[place]);
          expect(written).toHaveLength(meant.length);
          for (const [at, reference] of meant.entries()) {
            const target = byPlaceholder.get(reference);
            const stored = target && `${target.resourceType}/${before.storedIds[target.ordinal] ?? ''}`;
            const isBeside = target === undefined || ordinals.includes(target.ordinal);
            expect(written[at]).toBe(isBeside ? reference : stored);
            expect(isBeside || before.fates[target.ordinal] === 'c').toBe(true);
          }
        }
      }
    });
  });

  test('withholds nothing but what refers to something that has no id and never gets one', async () => {
    await forEveryCourse(({ plan, end }) => {
      const isLost = (ordinal: number) =>
        ['r', 'w', 'a'].includes(end.fates[ordinal] ?? '') || end.storedIds[ordinal] === undefined;
      const withheld = plan.resources.filter(({ ordinal }) => end.fates[ordinal] === 'w');
      expect(withheld.filter(({ dependsOn }) => !dependsOn.some(isLost))).toEqual([]);
    });
  });

  test('posts the same bytes for the same account, within the limits, with ids as long as they can be', async () => {
    await forEveryCourse(({ plan, posts }, { graph, singlePosts }) => {
      const again = JSON.parse(JSON.stringify(plan)) as Plan;
      for (const { body, ordinals, before } of posts) {
        const account = JSON.parse(JSON.stringify(before)) as WriteAccount;
        expect(nextWrite(again, account)).toMatchObject({ kind: 'post', ordinals });
        expect(bodyOf(again, ordinals, account, singlePosts)).toBe(body);
        const [first] = ordinals;
        const { fate } = plan.resources[first ?? -1]!;
        const bytes = plan.bundles[(fate.kind === 'send' ? fate.bundle : 0) - 1]?.bytes ?? 0;
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bytes);
        expect(bytes).toBeLessThanOrEqual(graph.request.policy?.maxBytes ?? 0);
        expect(ordinals.length).toBeLessThanOrEqual(singlePosts ? 1 : (graph.request.policy?.maxEntries ?? 0));
      }
    });
  });
});

describe('a later batch of the same member', () => {
  test('links to what the first one stored by the ids there, and sends nothing of it again', async () => {
    await forEverySecondBatch(({ first, second, meant }) => {
      const sent = sentBy(first.plan, first.end);
      for (const { resourceKey, fate } of second.plan.resources) {
        const before = sent.get(resourceKey);
        const reason = before?.acceptedUnknown ? 'maybe-sent' : 'already-sent';
        const fits = before === undefined || (fate.kind === 'withhold' && fate.reason === reason);
        expect(fits, `${reason}, and is ${JSON.stringify(fate)}`).toBe(true);
      }

      const byPlaceholder = new Map(meant.resources.map((one) => [placeholderUrl(one.resourceKey), one]));
      const meantJson = new Map(meant.resources.map(({ resourceKey, json }) => [resourceKey, json]));
      for (const { resourceKey, json } of second.plan.resources.filter(({ fate }) => fate.kind === 'send')) {
        const written = referencesIn(JSON.parse(json));
        const links = referencesIn(JSON.parse(meantJson.get(resourceKey) ?? '')).flatMap((reference, at) => {
          const target = byPlaceholder.get(reference);
          const before = target && sent.get(target.resourceKey);
          // What has no id there would never be linked: such a resource is withheld.
          return before ? [[written[at], `${target?.resourceType}/${before.storedId ?? 'none'}`]] : [];
        });
        expect(links.map(([is]) => is)).toEqual(links.map(([, shouldBe]) => shouldBe));
      }
    });
  });

  test('withholds for a missing link only what the first one left without an id, and what refers to that', async () => {
    await forEverySecondBatch(({ first, second, meant }) => {
      const sent = sentBy(first.plan, first.end);
      const fateOf = new Map(second.plan.resources.map(({ resourceKey, fate }) => [resourceKey, fate]));
      const isAbsent = (ordinal: number) => {
        const key = meant.resources[ordinal]!.resourceKey;
        return fateOf.get(key)?.kind === 'withhold' && sent.get(key)?.storedId === undefined;
      };
      const withheld = meant.resources.filter(({ resourceKey }) => {
        const fate = fateOf.get(resourceKey);
        return fate?.kind === 'withhold' && fate.reason === 'depends-on';
      });
      expect(withheld.filter(({ dependsOn }) => !dependsOn.some(isAbsent))).toEqual([]);
    });
  });

  test('gives each planned resource one fate, within the limits, from the same bytes every time', async () => {
    await forEverySecondBatch(({ second }) => {
      const { confirmed, refused, unknown, withheld } = second.end.counts;
      expect(confirmed + refused + unknown + withheld).toBe(second.plan.counts.planned);
      const again = JSON.parse(JSON.stringify(second.plan)) as Plan;
      for (const { body, ordinals, before } of second.posts) {
        expect(bodyOf(again, ordinals, before, false)).toBe(body);
        const fate = again.resources[ordinals[0] ?? -1]?.fate;
        const bundle = fate?.kind === 'send' ? again.bundles[fate.bundle - 1] : undefined;
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bundle?.bytes ?? 0);
      }
    });
  });
});

describe('the plan of a record whose ids the server assigns', () => {
  test('has no id, the same bytes every time, and nothing that refers to what is withheld', async () => {
    await fc.assert(
      fc.asyncProperty(sendable, fc.boolean(), async (graph, singlePosts) => {
        const plan = await planOf(graph, singlePosts);
        expect(JSON.stringify(await planOf(structuredCloneOf(graph), singlePosts))).toBe(JSON.stringify(plan));
        const { counts } = plan;
        expect(counts.resources).toBe(counts.planned + counts.withheld + counts.repeats);
        const placeholders = new Set(
          plan.resources.slice(0, counts.planned).map((one) => placeholderUrl(one.resourceKey)),
        );
        for (const { json, dependsOn } of plan.resources.slice(0, counts.planned)) {
          expect(JSON.parse(json)).not.toHaveProperty('id');
          expect(dependsOn.every((ordinal) => ordinal < counts.planned)).toBe(true);
          for (const reference of referencesIn(JSON.parse(json)))
            expect(placeholders.has(reference) || !reference.startsWith('urn:')).toBe(true);
        }
      }),
    );
  });

  test('gives up a reference only within a circle that no bundle can hold, and counts each', async () => {
    await fc.assert(
      fc.asyncProperty(sendable, fc.integer({ min: 1, max: 6 }), async (graph, maxEntries) => {
        const limits = { maxEntries, maxBytes: 1_000_000 };
        const plan = await planOf({ ...graph, request: { ...graph.request, policy: limits } }, false);
        const whole = await planOf({ ...graph, request: { ...graph.request, policy: { maxBytes: 1_000_000 } } }, false);
        expect(plan.cyclesBroken).toBe(edges(whole) - edges(plan));
        expect(plan.cyclesBroken > 0 && largestCircle(whole) <= maxEntries).toBe(false);
        for (const { ordinal, dependsOn } of plan.resources)
          expect(dependsOn.every((dependency) => bundleOf(plan, dependency) <= bundleOf(plan, ordinal))).toBe(true);
      }),
    );
  });
});

function bundleOf({ resources }: Plan, ordinal: number): number {
  const fate = resources[ordinal]?.fate;
  return fate?.kind === 'send' ? fate.bundle : 0;
}

/** By brute force: how many resources refer to each other, over whatever others, at the most. */
function largestCircle({ resources }: Plan): number {
  const reached = resources.map(({ ordinal }) => {
    const seen = new Set<number>();
    const queue = [ordinal];
    for (const at of queue)
      for (const next of resources[at]?.dependsOn ?? [])
        if (!seen.has(next)) {
          seen.add(next);
          queue.push(next);
        }
    return seen;
  });
  const circle = (one: number) => resources.filter((_, other) => reached[one]?.has(other) && reached[other]?.has(one));
  return Math.max(1, ...resources.keys().map((one) => circle(one).length));
}

async function planOf({ files, request }: Graph, singlePosts: boolean): Promise<Plan> {
  return planned(files.flat(), { ...request, policy: { ...request.policy, idAssignment: 'server', singlePosts } });
}

function structuredCloneOf(graph: Graph): Graph {
  return { ...graph, files: structuredClone(graph.files) };
}

function edges({ resources }: Plan): number {
  return resources.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
}

async function forEveryCourse(
  holds: (course: Course, drawn: { readonly graph: Graph; readonly singlePosts: boolean }) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(courses, async ({ graph, singlePosts, said, accepts }) => {
      const plan = await planOf(graph, singlePosts);
      holds(play(plan, singlePosts, said, accepts), { graph, singlePosts });
    }),
  );
}

interface SecondBatch {
  readonly first: Course;
  readonly second: Course;
  /** The plan that the second record would have if nothing had been sent, and all of it could be. */
  readonly meant: Plan;
}

/** A part of a record is sent, in whatever course; then the whole of it, to a counterpart that says what is left to say. */
async function forEverySecondBatch(holds: (batches: SecondBatch) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(courses, fc.nat(20), async ({ graph, said, accepts }, size) => {
      const first = play(await planOf(partOf(graph, size), false), false, said, accepts);
      const sent = sentBy(first.plan, first.end);
      const policy = { ...graph.request.policy, idAssignment: 'server' } as const;
      const request: Request = { ...graph.request, policy, alreadySent: () => sent };
      const result = await planRecord(graph.files.flat(), request);
      if (result.kind === 'refused') return;
      expect(await planRecord(graph.files.flat(), request)).toEqual(result);
      const second = play(result.plan, false, said.slice(5), accepts);
      const large = { maxEntries: 100, maxBytes: 1_000_000, acceptedTypes: everyType };
      const meant = await planOf({ ...graph, request: { policy: { ...policy, ...large } } }, false);
      holds({ first, second, meant });
    }),
  );
}

/** The Patient, and of the others the first ones. */
function partOf(graph: Graph, size: number): Graph {
  const [self = [], ...others] = graph.files;
  return { ...graph, files: [self, ...others.map((file) => file.slice(0, size % (file.length + 1)))] };
}
