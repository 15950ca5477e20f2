import type { PlannedBundle } from '../../schemas/plan.ts';
import { bundleFrameBytes } from './bundle-body.ts';

export interface BundleLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** True where an entry is too large even for a bundle of its own. */
export function isTooLarge(entryBytes: number, { maxBytes }: BundleLimits): boolean {
  return bundleFrameBytes + entryBytes > maxBytes;
}

/** Fills bundles in the given order; ordinals are indexes of `entryBytes`. Each entry fits by itself (`isTooLarge`). */
export function packBundles(entryBytes: readonly number[], { maxEntries, maxBytes }: BundleLimits): PlannedBundle[] {
  const bundles: { bundle: number; ordinals: number[]; bytes: number }[] = [];
  for (const [ordinal, bytes] of entryBytes.entries()) {
    const last = bundles.at(-1);
    if (last !== undefined && last.ordinals.length < maxEntries && last.bytes + 1 + bytes <= maxBytes) {
      last.ordinals.push(ordinal);
      last.bytes += 1 + bytes;
    } else {
      bundles.push({ bundle: bundles.length + 1, ordinals: [ordinal], bytes: bundleFrameBytes + bytes });
    }
  }
  return bundles;
}
