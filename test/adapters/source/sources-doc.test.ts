import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { sectionAt } from '../../../adapters/profile/suggest-key.ts';
import { loadSourceServer } from '../../../adapters/source/server/load-source-server.ts';
import { sourceServerSchema } from '../../../adapters/source/server/source-server-schema.ts';

const text = await readFile(path.join(import.meta.dirname, '../../../docs/sources.md'), 'utf8');
const example = /```toml\n(?<toml>[\s\S]*?)```/.exec(text)?.groups?.['toml'] ?? '';
const rows = [...text.matchAll(/^\| `(?<key>[\w.]+)` *\| (?<preset>[^|]*) \|/gm)].map(({ groups }) => ({
  key: groups?.['key'] ?? '',
  preset: (groups?.['preset'] ?? '').trim(),
}));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'source-doc-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function load(toml: string) {
  const file = path.join(dir, 'source.toml');
  await writeFile(file, toml);
  return loadSourceServer(file);
}

describe('docs/sources.md', () => {
  test('lists exactly the keys of the schema, each once', () => {
    expect(rows.map(({ key }) => key).toSorted()).toEqual(Object.keys(sourceServerSchema.properties ?? {}).toSorted());
  });

  test.each(rows)('says what the schema says about $key', ({ key, preset }) => {
    const described = sectionAt([key], sourceServerSchema)?.default;
    const isRequired = sourceServerSchema.required?.includes(key) === true;
    expect(preset === 'required').toBe(isRequired);
    const told = described === undefined || Array.isArray(described);
    expect(preset.startsWith('`') ? preset : 'in words').toBe(told ? 'in words' : `\`${JSON.stringify(described)}\``);
  });

  test('has an example that is valid', async () => {
    expect(await load(example)).toMatchObject({
      auth: 'smart-backend-services',
      privateKeyFile: path.join(dir, 'secrets/source-key.pem'),
      scope: 'system/*.rs',
      pageSize: 100,
    });
  });
});

describe('a description of a source server', () => {
  test.each([
    ['an unknown key', 'page_sise = 5', 'page_sise', 'There is no key page_sise. Did you mean page_size?'],
    [
      'a key of another way of access',
      'token_file = "t"',
      'token_file',
      'The key token_file is for auth = "bearer" only.',
    ],
    ['a count that is none', 'max_pages = 0', 'max_pages', 'max_pages must be >= 1.'],
  ])('is refused for %s, with its line', async (_, toml, column, detail) => {
    const line = example.split('\n').length;
    const place = expect.objectContaining({ line, column }) as object;
    await expect(load(`${example}${toml}\n`)).rejects.toMatchObject({ code: 'SOURCE_SERVER_INVALID', detail, place });
  });

  test('is refused where a key is missing that its way of access needs', async () => {
    const without = example.replace(/^key_id.*$/m, '');
    const missing = 'The key key_id is missing; auth = "smart-backend-services" needs it.';
    await expect(load(without)).rejects.toMatchObject({ code: 'SOURCE_SERVER_INVALID', detail: missing });
  });

  test.each(['http://fhir.your-plan.example/r4', 'https://localhost/r4'])('for production refuses %s', async (url) => {
    const unsafe = example.replace(/^fhir_base_url.*$/m, `fhir_base_url = "${url}"`);
    await expect(load(unsafe)).rejects.toMatchObject({ code: 'PRODUCTION_UNSAFE', place: { line: 1 } });
  });
});
