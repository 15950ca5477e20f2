import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'kept-code-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
  const { loadValidator } = await import('./adapters/validation/load-validator.ts');
  const validator = await loadValidator({ usCoreVersion: '6.1.0' });
  const text = '{"resourceType":"Patient","birthDate":"2001-02-30"}';
  process.stdout.write(JSON.stringify(validator.judgeText(text).issues.map(({ expression }) => expression)));`;

/** What a process of its own says of a Patient, with compiled code kept in a folder. */
function judgedIn(NODE_COMPILE_CACHE: string): string {
  const { NODE_DISABLE_COMPILE_CACHE: _, ...env } = process.env;
  const args = ['--input-type=module', '-e', program];
  return execFileSync(process.execPath, args, { encoding: 'utf8', env: { ...env, NODE_COMPILE_CACHE } });
}

test('compiled code is kept and taken again; where it cannot be kept, the judgement is the same', () => {
  const kept = join(folder, 'kept');
  const first = judgedIn(kept);
  expect(JSON.parse(first)).toContainEqual(['Patient.birthDate']);
  expect(readdirSync(kept, { recursive: true }).length).toBeGreaterThan(20);
  expect(judgedIn(kept)).toBe(first);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(judgedIn(join(file, 'no-folder'))).toBe(first);
});
