import { expect, test } from 'vitest';

import { bundleFrameBytes } from '../../../domain/payload/bundle-body.ts';
import { isTooLarge, packBundles } from '../../../domain/payload/pack-bundles.ts';

const twoOfTen = bundleFrameBytes + 10 + 1 + 10;

test('a bundle is filled to the last byte and not beyond it', () => {
  expect(ordinals(twoOfTen)).toEqual([[0, 1], [2]]);
  expect(ordinals(twoOfTen - 1)).toEqual([[0], [1], [2]]);
});

test('an entry is too large from the first byte that does not fit', () => {
  const limits = { maxEntries: 20, maxBytes: bundleFrameBytes + 10 };
  expect(isTooLarge(10, limits)).toBe(false);
  expect(isTooLarge(11, limits)).toBe(true);
});

test('nothing to send makes no bundle', () => {
  expect(packBundles([], { maxEntries: 20, maxBytes: 1000 })).toEqual([]);
});

function ordinals(maxBytes: number): (readonly number[])[] {
  return packBundles([10, 10, 10], { maxEntries: 20, maxBytes }).map((bundle) => bundle.ordinals);
}
