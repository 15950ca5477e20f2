import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { bundleWorkflowCode, DefaultLogger, type WorkflowBundlePath } from '@temporalio/worker';

import { failureConverterPath } from './data-converter.ts';

/** Workflow code ready to run: `codePath` is what `Worker.create` takes as `workflowBundle`. */
export interface LoadedWorkflowBundle extends WorkflowBundlePath {
  /** SHA-256 of the code, hex: names in a log what a worker ran. */
  readonly sha256: string;
  readonly fromCache: boolean;
}

/** The folders that workflow code may import from; a change in any of them makes a new bundle. */
const sourceFolders = ['workflows', 'schemas', 'domain'];

/** Bundles the workflows, or takes the bundle of an earlier start from `cacheDir`: webpack takes seconds. */
export async function loadWorkflowBundle(options: {
  readonly workflowsPath: string;
  readonly cacheDir: string;
}): Promise<LoadedWorkflowBundle> {
  const { workflowsPath, cacheDir } = options;
  const key = await sourcesKey(dirname(dirname(workflowsPath)));
  const codePath = join(cacheDir, `workflows-${key}.js`);
  const cached = await readFile(codePath, 'utf8').catch(() => undefined);
  const code = cached ?? (await bundleInto(codePath, workflowsPath));
  return { codePath, sha256: sha256Of(code), fromCache: cached !== undefined };
}

async function bundleInto(codePath: string, workflowsPath: string): Promise<string> {
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({ workflowsPath, failureConverterPath, logger });
  await mkdir(dirname(codePath), { recursive: true });
  const unfinished = `${codePath}.${process.pid}.part`;
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  return code;
}

/** Hash over everything that the bundle is made of: our sources, the failure converter, the locked packages, the bundler. */
async function sourcesKey(root: string): Promise<string> {
  const folders = await Promise.all(sourceFolders.map((folder) => filesIn(join(root, folder))));
  const files = [...folders.flat(), failureConverterPath, join(root, 'package-lock.json')].toSorted();
  const hash = createHash('sha256').update(bundlerVersion());
  for (const file of files) hash.update(`\0${relative(root, file)}\0${sha256Of(await readFile(file))}`);
  return hash.digest('hex').slice(0, 32);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function bundlerVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@temporalio/worker/package.json');
  return JSON.stringify((manifest as { version: string }).version);
}

function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
