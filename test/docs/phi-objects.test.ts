import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const phi = readFileSync(join(root, 'docs/phi.md'), 'utf8');
/** Everywhere that a key of an object is made. */
const sources = ['adapters', 'activities', 'operations', 'cli'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);
const kinds = new Set(
  sources.flatMap((text) => [...text.matchAll(/asObjectKey\(`([a-z]+)\//g)].map(([, kind]) => kind ?? '')),
);
const purged = readFileSync(join(root, 'adapters/objects/objects-of-transfer.ts'), 'utf8');

describe('a kind of sealed object', () => {
  test('is found in the code', () => {
    expect(kinds.size).toBeGreaterThan(9);
  });

  test.each([...kinds])('is in the list of places with PHI, with who removes it: %s', (kind) => {
    const row = phi.split('\n').find((line) => line.startsWith(`| object \`${kind}/`)) ?? '';
    const removedBy = row.split('|').at(-2)?.trim() ?? '';
    const purges = purged.includes(`'${kind}'`) || ['roster', 'launch'].includes(kind);
    expect(removedBy).toBe(purges ? '`purge`' : 'nobody');
  });
});
