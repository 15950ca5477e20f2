import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carryover-lint-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    await copyFile(join(root, file), join(folder, file));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function complaintsAbout(file: string, text: string): Promise<string> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  const lint = run(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--deny-warnings', file], {
    cwd: folder,
  });
  return lint.then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

test.for<readonly [string, string, string]>([
  ['workflows/a.ts', "import { createHash } from 'node:crypto';\nexport const hash = createHash;\n", 'no Node modules'],
  ['workflows/deep/b.ts', "import { hostname } from 'os';\nexport const name = hostname;\n", 'no Node modules'],
  ['workflows/c.ts', "export { prepare } from '../activities/prepare.ts';\n", 'import type'],
  ['workflows/d.ts', 'export const where = process.cwd();\n', 'process'],
  [
    'activities/e.ts',
    'const late = async (): Promise<number> => 1;\nexport function go(): void {\n  late();\n}\n',
    'floating',
  ],
])('%s with what is forbidden there is refused: %s', async ([file, text, why]) => {
  expect(await complaintsAbout(file, text)).toContain(why);
});

test('the types of activities may be named in workflows', async () => {
  await mkdir(join(folder, 'activities'), { recursive: true });
  await writeFile(join(folder, 'activities/f.ts'), 'export interface Done {\n  readonly done: true;\n}\n');
  const text = "import type { Done } from '../activities/f.ts';\n\nexport const done: Done = { done: true };\n";
  expect(await complaintsAbout('workflows/f.ts', text)).toBe('');
});
