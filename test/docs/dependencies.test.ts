import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
const sections = readFileSync(join(root, 'docs/dependencies.md'), 'utf8').split(/^## /m).slice(1);

/** Title of a section in the document → what of package.json it explains. */
const explained = [
  ['At run time', 'dependencies'],
  ['For development', 'devDependencies'],
  ['Node itself', 'optionalDependencies'],
] as const;

function rowsOf(title: string): readonly { readonly name: string; readonly reason: string }[] {
  const section = sections.find((text) => text.startsWith(`${title}\n`)) ?? '';
  const rows = [...section.matchAll(/^\| `([^`]+)` +\|([^|]*)\|/gm)];
  return rows.map(([, name = '', reason = '']) => ({ name, reason: reason.trim() }));
}

test.for(explained)('"%s" names exactly the packages of %s', ([title, key]) => {
  const named = rowsOf(title).map(({ name }) => name);
  expect(named.toSorted()).toEqual(Object.keys(manifest[key] ?? {}).toSorted());
});

test.for(explained)('"%s" gives a reason for each of them', ([title]) => {
  expect(rowsOf(title).filter(({ reason }) => reason === '')).toEqual([]);
});

test('every version is exact', () => {
  const versions = explained.flatMap(([, key]) => Object.entries(manifest[key] ?? {}));
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});
