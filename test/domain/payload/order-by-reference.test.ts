import { expect, test } from 'vitest';

import { orderByReference } from '../../../domain/payload/order-by-reference.ts';

test('without references the order of the source stays', () => {
  expect(orderByReference([[], [], []])).toEqual({ order: [0, 1, 2], cyclesBroken: 0 });
});

test('what is referred to comes first, and nothing else moves', () => {
  expect(orderByReference([[2], [], [3], []])).toEqual({ order: [3, 2, 0, 1], cyclesBroken: 0 });
});

test('a cycle is broken at one place and what hangs on it still comes after it', () => {
  expect(orderByReference([[1], [2], [1], [0]])).toEqual({ order: [2, 1, 0, 3], cyclesBroken: 1 });
});

test('a chain may be longer than the call stack is deep', () => {
  const chain = Array.from({ length: 200_000 }, (_, index) => (index < 199_999 ? [index + 1] : []));
  expect(orderByReference(chain).order[0]).toBe(199_999);
});
