import { Buffer } from 'node:buffer';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { splitLines } from '../../../adapters/validation/input/split-lines.ts';

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (let turn = 0; start < bytes.length; turn += 1) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}

test('the lines are those of the text, wherever the bytes are cut', async () => {
  const line = fc.stringMatching(/^[a-z\u00e9 \t\r]{0,8}$/);
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), sizes, async (lines, cuts) => {
      const found = await Array.fromAsync(splitLines(inPieces(Buffer.from(lines.join('\n')), cuts), 1_000));
      const expected = lines.flatMap((text, index) => (/^[ \t\r]*$/.test(text) ? [] : [[index + 1, text]]));
      expect(found.map((one) => [one.line, one.kind === 'text' ? Buffer.from(one.bytes).toString() : ''])).toEqual(
        expected,
      );
    }),
  );
});

test('a line that is too long is named, not held, and the next ones are read', async () => {
  const text = Buffer.from(`short\n${'x'.repeat(50)}\nlast`);
  const found = await Array.fromAsync(splitLines(inPieces(text, [8]), 10));
  expect(found.map(({ kind, line }) => [kind, line])).toEqual([
    ['text', 1],
    ['too-long', 2],
    ['text', 3],
  ]);
});
