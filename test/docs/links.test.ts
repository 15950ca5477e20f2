import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const topFolders = new Set(
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map((entry) => entry.name),
);

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'sandbox/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

test.for(documents)('every relative link in %s leads to something that is there', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const own = targets.filter((target) => !/^[a-z]+:/.test(target));
  expect(own.filter((target) => !leadsSomewhere(document, target))).toEqual([]);
});

test.for(documents)('every path that %s names is there', (document) => {
  const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  const named = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code).filter(isPath);
  const missing = named.filter(
    (path) => ![root, join(root, dirname(document))].some((from) => existsSync(join(from, path))),
  );
  expect(missing).toEqual([]);
});

test('there is something to check', () => {
  expect(documents.length).toBeGreaterThan(10);
  expect(isPath('schemas/states.ts')).toBe(true);
  expect(isPath('plan/<transferId>')).toBe(false);
  expect(leadsSomewhere('README.md', 'docs/not-there.md')).toBe(false);
  expect(leadsSomewhere('README.md', 'docs/design.md#no-such-heading')).toBe(false);
});

/** A path of ours: it begins with one of our folders, or it has folders and the ending of a source or document. */
function isPath(code: string): boolean {
  if (!/^[\w.@-]+(\/[\w.@-]+)+\/?$|^[\w-]+\/$/.test(code)) return false;
  return topFolders.has(code.split('/')[0] ?? '') || /\.(ts|js|md|json|csv|toml)$/.test(code);
}

function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(root, document) : join(root, dirname(document), path);
  if (relative(root, file).startsWith('..') || !existsSync(file)) return false;
  return anchor === undefined || headingsOf(file).includes(anchor);
}

/** The anchors that a Markdown renderer makes of the headings. */
function headingsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
