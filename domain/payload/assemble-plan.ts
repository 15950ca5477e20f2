import type { PlanCounts } from '../../schemas/ledger-events.ts';
import type { Plan, PlannedBundle, PlannedResource } from '../../schemas/plan.ts';
import { canonicalJson } from './canonical-json.ts';
import { countDangling } from './count-dangling.ts';
import type { Fates, SentResource, WithheldResource } from './decide-fates.ts';
import type { DistinctResource, KeyedHash } from './distinct-resources.ts';
import { orderByReference } from './order-by-reference.ts';
import { type BundleLimits, packBundles } from './pack-bundles.ts';
import type { PreparedResource } from './prepare-resource.ts';

/** Orders what is sent, packs it and writes the plan down: first what is sent, then what is withheld; the ordinal is the index. */
export function assemblePlan(
  fates: Fates,
  terms: {
    readonly limits: BundleLimits;
    readonly repeats: number;
    readonly warnings: Readonly<Record<string, number>>;
    readonly keyedHash: KeyedHash;
  },
): Plan {
  const { order, cyclesBroken } = orderByReference(dependencies(fates.sent));
  const sent = order.map((index) => fates.sent[index]).filter((resource) => resource !== undefined);
  const bundles = packBundles(
    sent.map(({ entryBytes }) => entryBytes),
    terms.limits,
  );
  return {
    planVersion: 1,
    idAssignment: 'caller',
    resources: [...sentResources(sent, bundles, terms.keyedHash), ...withheldResources(fates, terms.keyedHash)],
    bundles,
    counts: countsOf(fates, terms.repeats, bundles),
    dangling: countDangling(fates),
    cyclesBroken,
    warnings: terms.warnings,
  };
}

function sentResources(
  sent: readonly SentResource[],
  bundles: readonly PlannedBundle[],
  keyedHash: KeyedHash,
): PlannedResource[] {
  const bundleOf = bundles.flatMap(({ bundle, ordinals }) => ordinals.map(() => bundle));
  return dependencies(sent).map((dependsOn, ordinal) => ({
    ...planned(sent[ordinal]!.prepared, ordinal, keyedHash),
    dependsOn: dependsOn.toSorted((a, b) => a - b),
    fate: { kind: 'send', bundle: bundleOf[ordinal]! },
  }));
}

function withheldResources({ sent, withheld }: Fates, keyedHash: KeyedHash): PlannedResource[] {
  return withheld.map(({ prepared, reason, detail }, index) => ({
    ...planned(prepared, sent.length + index, keyedHash),
    dependsOn: [],
    fate: { kind: 'withhold', reason, ...(detail !== undefined && { detail }) },
    json: '',
  }));
}

function planned(prepared: PreparedResource, ordinal: number, keyedHash: KeyedHash) {
  const { resource, targetId, resourceKey, json } = prepared;
  const contentHash = keyedHash('content', canonicalJson(resource));
  return { ordinal, resourceType: resource.resourceType, targetId, resourceKey, contentHash, json };
}

/** For each resource the indexes of those of the list that it refers to. */
function dependencies(sent: readonly SentResource[]): number[][] {
  const indexOf = new Map<DistinctResource, number>(sent.map(({ prepared }, index) => [prepared.source, index]));
  return sent.map(({ prepared }, own) => {
    const targets = prepared.references.map((target) =>
      target.kind === 'inside' ? indexOf.get(target.target) : undefined,
    );
    return [...new Set(targets)].filter((index) => index !== undefined && index !== own) as number[];
  });
}

function countsOf({ sent, withheld }: Fates, repeats: number, bundles: readonly PlannedBundle[]): PlanCounts {
  return {
    resources: sent.length + withheld.length + repeats,
    planned: sent.length,
    repeats,
    withheld: withheld.length,
    bundles: bundles.length,
    withheldByReason: countByReason(withheld),
  };
}

/** How many resources are withheld for which reason. */
export function countByReason(withheld: readonly WithheldResource[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(withheld, ({ reason }) => reason);
  return Object.fromEntries([...groups].map(([reason, list]) => [reason, list.length]));
}
