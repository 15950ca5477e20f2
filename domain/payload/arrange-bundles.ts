import type { PlannedBundle } from '../../schemas/plan.ts';
import { orderByReference } from './order-by-reference.ts';
import { type BundleLimits, packBundles, packGroups } from './pack-bundles.ts';
import { strongComponents } from './strong-components.ts';

export interface Arrangement {
  /** Indexes into what is sent: what is depended on comes first. */
  readonly order: readonly number[];
  /** Ordinals are places in the order. */
  readonly bundles: readonly PlannedBundle[];
  /** References that close a cycle and had to be given up, or left pointing forward. */
  readonly cyclesBroken: number;
  /** For each index those that it refers to in vain: they get their ids only after it has been posted. */
  readonly unlinkable: readonly ReadonlySet<number>[];
}

/** What is sent, by index: what each refers to, and how large its entry is. */
interface Sent {
  readonly dependsOn: readonly (readonly number[])[];
  readonly entryBytes: readonly number[];
}

/** Ids are known beforehand, so that a reference may also point forward. */
export function arrangeForCallerIds({ dependsOn, entryBytes }: Sent, limits: BundleLimits): Arrangement {
  const { order, cyclesBroken } = orderByReference(dependsOn);
  const bundles = packBundles(
    order.map((index) => entryBytes[index] ?? 0),
    limits,
  );
  return { order, bundles, cyclesBroken, unlinkable: dependsOn.map(() => new Set()) };
}

/** Ids come with the answers: resources that refer to each other in a circle go in one bundle, or one reference is given up. */
export function arrangeForServerIds(
  { dependsOn, entryBytes }: Sent,
  limits: BundleLimits,
  frameBytes: number,
): Arrangement {
  const components = strongComponents(dependsOn, orderByReference(dependsOn).order);
  const order = components.flat();
  const sizes = components.map((component) => component.map((index) => entryBytes[index] ?? 0));
  const bundles = packGroups(sizes, limits, frameBytes);

  const bundleAt = bundles.flatMap(({ bundle, ordinals }) => ordinals.map(() => bundle));
  const bundleOf = new Map(order.map((index, place) => [index, bundleAt[place] ?? 0]));
  const isLater = (from: number, to: number) => (bundleOf.get(to) ?? 0) > (bundleOf.get(from) ?? 0);
  const unlinkable = dependsOn.map((targets, from) => new Set(targets.filter((to) => isLater(from, to))));
  const cyclesBroken = unlinkable.reduce((sum, { size }) => sum + size, 0);
  return { order, bundles, cyclesBroken, unlinkable };
}
