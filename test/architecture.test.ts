import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Who may import whom. `types` = `import type` only; `lazily` = only by `import()` inside a function. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  domain: ['schemas'],
  adapters: ['schemas', 'domain', 'tools'],
  compiler: ['schemas'],
  operations: ['schemas', 'domain', 'adapters'],
  workflows: ['schemas', 'activities:types'],
  activities: ['schemas', 'domain', 'adapters'],
  worker: ['schemas', 'domain', 'adapters', 'activities', 'workflows'],
  cli: [
    'tools',
    'schemas',
    'domain',
    'adapters',
    'operations',
    'workflows:types',
    'worker:lazily',
    'console:lazily',
    'sandbox:lazily',
    'demo:lazily',
    'compiler:lazily',
  ],
  console: ['schemas', 'domain', 'adapters', 'operations'],
  sandbox: [],
  fixtures: [],
  demo: ['schemas', 'adapters', 'sandbox', 'fixtures'],
  tools: ['schemas'],
};

interface Import {
  readonly from: string;
  readonly file: string;
  readonly to: string;
  readonly how: 'types' | 'lazily' | 'plainly';
}

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js)$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

function importsOf(folder: string): readonly Import[] {
  return sourcesOf(folder).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const found: Import[] = [];
    const add = (specifier: string | undefined, how: Import['how']) => {
      if (specifier === undefined || !specifier.startsWith('.')) return;
      const target = relative(root, normalize(join(root, dirname(file), specifier)));
      const to = target.split('/')[0] ?? '';
      if (to !== folder) found.push({ from: folder, file, to, how });
    };
    for (const match of text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gm))
      add(match[2], match[1] === undefined ? 'plainly' : 'types');
    for (const match of text.matchAll(/import\('([^']+)'\)/g)) add(match[1], 'lazily');
    return found;
  });
}

function isAllowed({ from, to, how }: Import): boolean {
  const rules = mayImport[from] ?? [];
  if (rules.includes(to)) return true;
  return rules.includes(`${to}:${how}`) || (how === 'types' && rules.includes(`${to}:lazily`));
}

describe('who may import whom', () => {
  test.for(Object.keys(mayImport))('%s keeps to the table', (folder) => {
    const broken = importsOf(folder).filter((found) => !isAllowed(found));
    expect(broken.map(({ file, to, how }) => `${file} imports ${to} (${how})`)).toEqual([]);
  });

  test('every folder with sources is in the table', () => {
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .filter((name) => !['node_modules', 'test', 'docs', 'bench', 'data', 'generated'].includes(name));
    expect(folders.filter((name) => sourcesOf(name).length > 0 && mayImport[name] === undefined)).toEqual([]);
  });

  test('nobody imports test code', () => {
    const all = Object.keys(mayImport).flatMap(importsOf);
    expect(all.filter(({ to }) => to === 'test')).toEqual([]);
  });
});

describe('the size of files', () => {
  const lengths = Object.keys(mayImport)
    .flatMap(sourcesOf)
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
    .toSorted((a, b) => a.lines - b.lines);

  test('no file is over 400 lines, 95 of 100 are at most 250, half of them at most 80', () => {
    const at = (share: number) => lengths[Math.floor((lengths.length - 1) * share)]?.lines ?? 0;
    expect(lengths.filter(({ lines }) => lines > 400)).toEqual([]);
    expect(at(0.95)).toBeLessThanOrEqual(250);
    expect(at(0.5)).toBeLessThanOrEqual(80);
  });

  test('no file is called utils, helpers, common or manager', () => {
    expect(lengths.filter(({ file }) => /(utils?|helpers?|common|manager)\.(ts|js)$/.test(file))).toEqual([]);
  });
});
