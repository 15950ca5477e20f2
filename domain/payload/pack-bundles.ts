import type { PlannedBundle } from '../../schemas/plan.ts';
import { bundleFrameBytes } from './bundle-body.ts';

export interface BundleLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** True where an entry is too large even for a bundle of its own. */
export function isTooLarge(entryBytes: number, { maxBytes }: BundleLimits, frameBytes = bundleFrameBytes): boolean {
  return frameBytes + entryBytes > maxBytes;
}

/** Fills bundles in the given order; ordinals are indexes of `entryBytes`. Each entry fits by itself (`isTooLarge`). */
export function packBundles(entryBytes: readonly number[], limits: BundleLimits): PlannedBundle[] {
  return packGroups(
    entryBytes.map((bytes) => [bytes]),
    limits,
    bundleFrameBytes,
  );
}

/**
 * As `packBundles`, and keeps each group in one bundle where a bundle can hold it at all; ordinals count on over the groups.
 */
export function packGroups(
  groups: readonly (readonly number[])[],
  { maxEntries, maxBytes }: BundleLimits,
  frameBytes: number,
): PlannedBundle[] {
  const bundles: { bundle: number; ordinals: number[]; bytes: number }[] = [];
  let ordinal = 0;
  const fits = (entries: number, bytes: number) => entries <= maxEntries && bytes <= maxBytes;
  for (const group of groups) {
    // Each entry with its comma.
    const groupBytes = group.reduce((sum, bytes) => sum + bytes + 1, 0);
    const last = bundles.at(-1);
    const inLast = last !== undefined && fits(last.ordinals.length + group.length, last.bytes + groupBytes);
    let isNew = !inLast && fits(group.length, frameBytes + groupBytes - 1);
    for (const bytes of group) {
      const open = bundles.at(-1);
      if (!isNew && open !== undefined && fits(open.ordinals.length + 1, open.bytes + 1 + bytes)) {
        open.ordinals.push(ordinal);
        open.bytes += 1 + bytes;
      } else {
        bundles.push({ bundle: bundles.length + 1, ordinals: [ordinal], bytes: frameBytes + bytes });
        isNew = false;
      }
      ordinal += 1;
    }
  }
  return bundles;
}
