import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { loadProfile } from '../../../adapters/profile/load-profile.ts';
import type { ProfileKey } from '../../../adapters/profile/profile-schema.ts';
import { profileKeys, sectionAt } from '../../../adapters/profile/suggest-key.ts';

const text = await readFile(path.join(import.meta.dirname, '../../../docs/counterparts.md'), 'utf8');
const rows = [...text.matchAll(/^\| `(?<key>[\w.]+)` *\| (?<preset>[^|]*) \|/gm)].map(({ groups }) => ({
  key: groups?.['key'] ?? '',
  preset: (groups?.['preset'] ?? '').trim(),
}));

test('the document lists exactly the keys of the schema, in its order within each part', () => {
  const documented = rows.map(({ key }) => key);
  expect(documented.toSorted()).toEqual(profileKeys().toSorted());
  expect(new Set(documented).size).toBe(documented.length);
});

test.each(rows)('the document says what the schema says about $key', ({ key, preset }) => {
  const steps = key.split('.');
  const described = sectionAt(steps);
  const isRequired = sectionAt(steps.slice(0, -1))?.required?.includes(steps.at(-1) ?? '') === true;
  expect(preset === 'required').toBe(isRequired);
  const told = isRequired || (!preset.startsWith('`') && isToldInWords(described));
  expect(told ? 'in words' : preset).toBe(told ? 'in words' : `\`${written(described?.default)}\``);
});

test('the example in the document is a valid profile', async () => {
  const example = /```toml\n(?<toml>[\s\S]*?)```/.exec(text)?.groups?.['toml'] ?? '';
  const dir = await mkdtemp(path.join(tmpdir(), 'example-'));
  await writeFile(path.join(dir, 'demo-health-plan.toml'), example);
  const { profile } = await loadProfile('demo-health-plan', { dirs: [dir] });
  await rm(dir, { recursive: true });
  expect(profile).toMatchObject({ id: 'demo-health-plan', receive: {}, send: { mail: { smtp: { port: 587 } } } });
});

/** A default as TOML writes it. */
function written(preset: unknown): string {
  return Array.isArray(preset) ? `[${preset.join(', ')}]` : JSON.stringify(preset);
}

function isToldInWords(key: ProfileKey | undefined): boolean {
  return key?.default === undefined || Array.isArray(key.default);
}
