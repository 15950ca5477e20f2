import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  acceptUnknowns,
  answerTry,
  beginTry,
  noWrites,
  resendUnknowns,
  unknownOrdinals,
  type WriteAccount,
} from '../../../domain/accounting/write-account.ts';
import { withholdOpen } from '../../../domain/accounting/write-account.ts';
import { nextWrite } from '../../../domain/payload/next-write.ts';
import { placeholderUrl } from '../../../domain/payload/placeholder-url.ts';
import { postedBundle, postedResource } from '../../../domain/payload/posted-body.ts';
import type { EntryAnswer } from '../../../schemas/ledger-events.ts';
import type { Plan } from '../../../schemas/plan.ts';
import { type Graph, graphs } from './graphs.ts';
import { planned } from './planning.ts';

type Said = EntryAnswer['outcome'] | 'confirmed without id' | 'lost';

/** In most of them nothing is withheld by the plan, so that long chains and circles are sent. */
const sendable = fc.tuple(graphs, fc.constantFrom(true, true, false)).map(([graph, isWhole]): Graph => {
  if (!isWhole) return graph;
  const acceptedTypes = ['Patient', 'Observation', 'Encounter', 'Practitioner', 'Condition', 'Claim', 'Provenance'];
  return { ...graph, request: { policy: { ...graph.request.policy, acceptedTypes } } };
});

/** What the counterpart says, entry by entry, and a person decides; then everything is well. */
const courses = fc.record({
  graph: sendable,
  singlePosts: fc.boolean(),
  said: fc.array(
    fc.constantFrom<Said[]>('confirmed', 'confirmed', 'refused', 'deferred', 'unknown', 'lost', 'confirmed without id'),
    { maxLength: 30 },
  ),
  accepts: fc.array(fc.boolean(), { maxLength: 5 }),
});

interface Posted {
  readonly body: string;
  readonly ordinals: readonly number[];
  readonly before: WriteAccount;
}

interface Course {
  readonly plan: Plan;
  readonly posts: readonly Posted[];
  readonly end: WriteAccount;
}

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
      holds(run(plan, singlePosts, [...said], [...accepts]), { graph, singlePosts });
    }),
  );
}

/** Sends a plan to a counterpart that says what it is told to say. */
function run(plan: Plan, singlePosts: boolean, said: Said[], accepts: boolean[]): Course {
  const posts: Posted[] = [];
  let writes = noWrites;
  for (;;) {
    const next = nextWrite(plan, writes);
    if (next.kind === 'withhold') {
      writes = withholdOpen(writes, next.ordinals);
    } else if (next.kind === 'post') {
      const { ordinals } = next;
      posts.push({ body: bodyOf(plan, ordinals, writes, singlePosts), ordinals, before: writes });
      const key = `request/${next.bundle.bundle}#${posts.length}`;
      writes = beginTry(writes, key, ordinals);
      const outcomes = ordinals.map(() => said.shift() ?? 'confirmed');
      if (outcomes[0] !== 'lost')
        writes = answerTry(
          writes,
          key,
          ordinals.map((one, at) => answer(one, outcomes[at]!)),
        );
    } else {
      const unknown = unknownOrdinals(writes);
      if (unknown.length === 0) return { plan, posts, end: writes };
      writes = accepts.shift() === true ? acceptUnknowns(writes, unknown) : resendUnknowns(writes, unknown);
    }
  }
}

function bodyOf(plan: Plan, ordinals: readonly number[], writes: WriteAccount, singlePosts: boolean): string {
  return singlePosts ? postedResource(plan, ordinals[0] ?? -1, writes) : postedBundle(plan, ordinals, writes);
}

function answer(ordinal: number, said: Said): EntryAnswer {
  if (said === 'lost' || said === 'unknown') return { ordinal, outcome: 'unknown', status: 0 };
  if (said === 'confirmed') return { ordinal, outcome: said, status: 201, storedId: `s${ordinal}`.padEnd(64, '-') };
  if (said === 'confirmed without id') return { ordinal, outcome: 'confirmed', status: 201 };
  return { ordinal, outcome: said, status: said === 'refused' ? 422 : 429 };
}

function resourcesIn(body: string): readonly unknown[] {
  const posted = JSON.parse(body) as { resourceType: string; entry?: readonly { resource: unknown }[] };
  return posted.resourceType === 'Bundle' ? (posted.entry ?? []).map(({ resource }) => resource) : [posted];
}

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'reference' && typeof member === 'string' ? [member] : referencesIn(member),
  );
}
