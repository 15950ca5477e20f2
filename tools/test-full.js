#!/usr/bin/env node
// `npm run test:full`: the tests that need more than Node and Temporal. A part whose program is missing is named and counted as not run;
// where CI is set it fails. What is given after `--` goes to vitest.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { requirePinnedNode } from './install-packages.js';
import { provideVersitygw } from './provide-versitygw.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each folder of test/full needs: `provide` says why it cannot be had, or nothing. */
const parts = [{ name: 'deliveries to S3', folder: 'test/full/s3/', provide: provideVersitygw }];

const found = [];
const missing = [];
for (const { name, folder, provide } of parts) {
  const why = await provide(root);
  if (why === undefined) found.push(folder);
  else missing.push(`not run: ${name} (${folder}): ${why}`);
}
const status = found.length === 0 ? 0 : runTests(found);
for (const line of missing) process.stderr.write(`test:full: ${line}\n`);
if (missing.length > 0) process.stderr.write(`test:full: ${missing.length} of ${parts.length} parts were not run\n`);
const isFailure = missing.length > 0 && process.env.CI !== undefined;
process.exitCode = isFailure ? Math.max(status, 1) : status;

/** @param {readonly string[]} folders */
function runTests(folders) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'full', ...folders, ...process.argv.slice(2)];
  const { status: code } = spawnSync(requirePinnedNode(root), args, { cwd: root, stdio: 'inherit' });
  return code ?? 1;
}
