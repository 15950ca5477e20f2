import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { loadWorkflowBundle } from '../../../adapters/temporal/workflow-bundle.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

test(
  'a second start takes the bundle of the first one; a changed source makes a new one',
  { timeout: 120_000 },
  async () => {
    const root = await smallProject();
    const options = { workflowsPath: join(root, 'workflows', 'index.ts'), cacheDir: join(root, 'cache') };

    const first = await loadWorkflowBundle(options);
    expect(first.fromCache).toBe(false);
    expect(await readFile(first.codePath, 'utf8')).toContain('greetMember');
    expect(await loadWorkflowBundle(options)).toEqual({ ...first, fromCache: true });

    await appendFile(join(root, 'schemas', 'word.ts'), "export const other = 'changed';\n");
    const changed = await loadWorkflowBundle(options);
    expect(changed.fromCache).toBe(false);
    expect(changed.codePath).not.toBe(first.codePath);
  },
);

test('a changed lock file makes a new bundle', { timeout: 120_000 }, async () => {
  const root = await smallProject();
  const options = { workflowsPath: join(root, 'workflows', 'index.ts'), cacheDir: join(root, 'cache') };
  const first = await loadWorkflowBundle(options);
  await appendFile(join(root, 'package-lock.json'), ' ');
  expect((await loadWorkflowBundle(options)).codePath).not.toBe(first.codePath);
});

/** A project of our layout with one workflow in it, removed when the test is over. */
async function smallProject(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'carryover-bundle-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await Promise.all(['workflows', 'schemas', 'domain'].map((folder) => mkdir(join(root, folder))));
  await writeFile(join(root, 'schemas', 'word.ts'), "export const word = 'hello';\n");
  await writeFile(
    join(root, 'workflows', 'index.ts'),
    "import { word } from '../schemas/word.ts';\nexport async function greetMember(): Promise<string> {\n  return word;\n}\n",
  );
  await cp(join(repository, 'package-lock.json'), join(root, 'package-lock.json'));
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
  return root;
}
