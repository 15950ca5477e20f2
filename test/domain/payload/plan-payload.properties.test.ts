import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { bundleBody } from '../../../domain/payload/bundle-body.ts';
import { canonicalJson } from '../../../domain/payload/canonical-json.ts';
import type { Plan } from '../../../schemas/plan.ts';
import { type Graph, graphs } from './graphs.ts';
import { planned } from './planning.ts';

const sent = ({ resources }: Plan) => resources.filter(({ fate }) => fate.kind === 'send');

describe('the plan of any record', () => {
  test('gives every resource exactly one fate, and the counts add up', async () => {
    await forEveryGraph(async ({ files, distinct, request }) => {
      const all = files.flat();
      const { counts, resources } = await planned(all, request);
      expect(counts.resources).toBe(all.length);
      expect(counts.resources).toBe(counts.planned + counts.withheld + counts.repeats);
      expect(counts.withheld).toBe(Object.values(counts.withheldByReason).reduce((sum, count) => sum + count, 0));
      expect(resources).toHaveLength(distinct);
      expect(new Set(resources.map(({ resourceKey }) => resourceKey)).size).toBe(distinct);
      expect(resources.map(({ ordinal }) => ordinal)).toEqual([...resources.keys()]);
      expect(resources.filter(({ fate }) => fate.kind === 'send')).toHaveLength(counts.planned);
    });
  });

  test('sends nothing before what it refers to, unless that is in a cycle with it', async () => {
    await forEveryGraph(async ({ files, acyclic, request }) => {
      const result = await planned(files.flat(), request);
      const forward = result.resources.flatMap(({ ordinal, dependsOn }) =>
        dependsOn.filter((dependency) => dependency > ordinal).map((dependency) => ({ ordinal, dependency })),
      );
      expect(acyclic && result.cyclesBroken > 0).toBe(false);
      expect(forward).toHaveLength(result.cyclesBroken);
      for (const { ordinal, dependency } of forward) expect(reaches(result, dependency, ordinal)).toBe(true);
    });
  });

  test('keeps every bundle within its limits, and puts what is sent into exactly one, in order', async () => {
    await forEveryGraph(async ({ files, request }) => {
      const result = await planned(files.flat(), request);
      const { maxEntries = 0, maxBytes = 0 } = request.policy ?? {};
      for (const { ordinals, bytes } of result.bundles) {
        const body = bundleBody(result, ordinals);
        expect(Buffer.byteLength(body)).toBe(bytes);
        expect(bytes).toBeLessThanOrEqual(maxBytes);
        expect(ordinals.length).toBeLessThanOrEqual(maxEntries);
        expect((JSON.parse(body) as { entry: unknown[] }).entry).toHaveLength(ordinals.length);
      }
      expect(result.bundles.flatMap(({ ordinals }) => ordinals)).toEqual(sent(result).map(({ ordinal }) => ordinal));
      expect(result.bundles.map(({ bundle }) => bundle)).toEqual(result.bundles.map((_, index) => index + 1));
      for (const { ordinal, fate } of sent(result))
        expect(fate.kind === 'send' && result.bundles[fate.bundle - 1]?.ordinals).toContain(ordinal);
    });
  });

  test('has the same bytes every time', async () => {
    await forEveryGraph(async ({ files, request }) => {
      const [one, two] = [await planned(files.flat(), request), await planned(structuredClone(files.flat()), request)];
      expect(JSON.stringify(two)).toBe(JSON.stringify(one));
    });
  });

  test('sends the same resources in whatever order the files come', async () => {
    const shuffled = graphs.chain((graph) =>
      fc.shuffledSubarray([...graph.files], { minLength: graph.files.length }).map((files) => ({ graph, files })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ graph, files }) => {
        const one = await planned(graph.files.flat(), graph.request);
        const other = await planned(files.flat(), graph.request);
        expect(contents(other)).toEqual(contents(one));
        expect(other.dangling).toEqual(one.dangling);
        expect(other.counts.withheldByReason).toEqual(one.counts.withheldByReason);
      }),
    );
  });

  test('leaves no reference that names the source', async () => {
    await forEveryGraph(async ({ files, request }) => {
      for (const { json } of sent(await planned(files.flat(), request)))
        expect(json).not.toMatch(/"reference":"[^"]*(urn:uuid|\/n\d|gone-|_history)/);
    });
  });
});

test('canonical JSON is the same for the same content in any order of keys, and another for other content', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const reversed: unknown = JSON.parse(JSON.stringify(a), (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).toReversed())
          : value,
      );
      const written = JSON.parse(JSON.stringify(a)) as unknown;
      expect(canonicalJson(reversed)).toBe(canonicalJson(written));
      expect(JSON.parse(canonicalJson(written))).toEqual(written);
      const other = JSON.parse(JSON.stringify(b)) as unknown;
      expect(canonicalJson(other) === canonicalJson(written)).toBe(isDeepStrictEqual(other, written));
    }),
  );
});

async function forEveryGraph(holds: (graph: Graph) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(graphs, holds));
}

/** What is sent, whatever its order. */
function contents(plan: Plan): readonly string[] {
  return sent(plan)
    .map(({ json }) => json)
    .toSorted();
}

function reaches({ resources }: Plan, from: number, to: number, seen = new Set<number>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (resources[from]?.dependsOn ?? []).some((next) => reaches({ resources } as Plan, next, to, seen));
}
