import type { PlanCounts } from '../../schemas/ledger-events.ts';
import type { Plan, PlannedBundle, PlannedResource } from '../../schemas/plan.ts';
import { type Arrangement, arrangeForCallerIds, arrangeForServerIds } from './arrange-bundles.ts';
import { bundleFormats } from './bundle-format.ts';
import { canonicalJson } from './canonical-json.ts';
import { countDangling } from './count-dangling.ts';
import type { Fates, SentResource, WithheldResource } from './decide-fates.ts';
import { dependenciesOf } from './dependencies.ts';
import type { DistinctResource, KeyedHash } from './distinct-resources.ts';
import { giveUpReferences } from './give-up-references.ts';
import type { BundleLimits } from './pack-bundles.ts';
import type { PreparedResource } from './prepare-resource.ts';

interface Terms {
  readonly idAssignment: Plan['idAssignment'];
  readonly singlePosts: boolean;
  readonly limits: BundleLimits;
  readonly repeats: number;
  readonly warnings: Readonly<Record<string, number>>;
  readonly keyedHash: KeyedHash;
}

/** Orders what is sent, packs it and writes the plan down: first what is sent, then what is withheld; the ordinal is the index. */
export function assemblePlan(fates: Fates, terms: Terms): Plan {
  const { bundles, cyclesBroken, order, unlinkable } = arrange(fates.sent, terms);
  const sent = order.map((index) => fates.sent[index]).filter((resource) => resource !== undefined);
  const givenUp = new Map(
    order.map((index) => [fates.sent[index]!.prepared.source, givenUpBy(fates.sent, index, unlinkable, terms)]),
  );
  const isGivenUp = (from: DistinctResource, to: DistinctResource) =>
    givenUp.get(from)?.some(({ source }) => source === to) === true;
  return {
    planVersion: 1,
    idAssignment: terms.idAssignment,
    resources: [
      ...sentResources(sent, bundles, givenUp, terms.keyedHash),
      ...withheldResources(fates, terms.keyedHash),
    ],
    bundles,
    counts: countsOf(fates, terms.repeats, bundles),
    dangling: countDangling(fates, isGivenUp),
    cyclesBroken,
    warnings: terms.warnings,
  };
}

function arrange(sent: readonly SentResource[], { idAssignment, limits }: Terms): Arrangement {
  const graph = { dependsOn: dependenciesOf(sent), entryBytes: sent.map(({ entryBytes }) => entryBytes) };
  return idAssignment === 'server'
    ? arrangeForServerIds(graph, limits, bundleFormats.server.frameBytes)
    : arrangeForCallerIds(graph, limits);
}

/** What a resource refers to and cannot be linked with. One that is posted alone cannot even name itself. */
function givenUpBy(
  sent: readonly SentResource[],
  index: number,
  unlinkable: Arrangement['unlinkable'],
  { idAssignment, singlePosts }: Terms,
): readonly PreparedResource[] {
  const { prepared } = sent[index]!;
  const targets = [...(unlinkable[index] ?? [])].map((to) => sent[to]!.prepared);
  const namesItself = prepared.references.some((to) => to.kind === 'inside' && to.target === prepared.source);
  return idAssignment === 'server' && singlePosts && namesItself ? [...targets, prepared] : targets;
}

function sentResources(
  sent: readonly SentResource[],
  bundles: readonly PlannedBundle[],
  givenUp: ReadonlyMap<DistinctResource, readonly PreparedResource[]>,
  keyedHash: KeyedHash,
): PlannedResource[] {
  const bundleOf = bundles.flatMap(({ bundle, ordinals }) => ordinals.map(() => bundle));
  return dependenciesOf(sent).map((dependsOn, ordinal) => {
    const { prepared } = sent[ordinal]!;
    const notLinked = givenUp.get(prepared.source) ?? [];
    const linked = dependsOn.filter((to) => !notLinked.includes(sent[to]!.prepared));
    return {
      ...planned(giveUpReferences(prepared, notLinked), ordinal, keyedHash),
      dependsOn: linked.toSorted((a, b) => a - b),
      fate: { kind: 'send', bundle: bundleOf[ordinal]! },
    };
  });
}

function withheldResources({ sent, withheld }: Fates, keyedHash: KeyedHash): PlannedResource[] {
  return withheld.map(({ prepared, reason, detail, sentBefore }, index) => ({
    ...planned(prepared, sent.length + index, keyedHash),
    ...(sentBefore?.storedId !== undefined && { storedId: sentBefore.storedId }),
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
