#!/usr/bin/env node
// Runs on whatever Node the machine has (20 or newer), before `npm start` and `npm test`. Does nothing that is done already.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { generateValidators, validatorsAreFresh } from './generate-validators.js';
import { installPackages, packagesProblem, requirePinnedNode } from './install-packages.js';
import { say, SetupFailure } from './progress.js';
import { provideTemporal } from './provide-temporal.js';
import { findTemporalBinary } from './temporal-binary.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const failedExitCode = 3;

try {
  if (process.argv.includes('--check')) check();
  else await setUp();
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  say(error.message);
  process.exitCode = failedExitCode;
}

async function setUp() {
  await installPackages(root);
  const node = requirePinnedNode(root);
  await generateValidators(root, node);
  await provideTemporal(root, node);
}

/** Only reports; changes nothing. */
function check() {
  const packages = packagesProblem(root);
  say(packages === undefined ? 'packages: as package-lock.json says' : `packages: ${packages}`);
  const fresh = validatorsAreFresh(root);
  say(fresh ? 'validators: generated from these schemas' : 'validators: not generated, or from other schemas');
  const temporal = findTemporalBinary();
  for (const line of temporal.tried) say(`temporal: ${line}`);
  say(temporal.kind === 'found' ? `temporal: ${temporal.path} (${temporal.from})` : 'temporal: not found');
  if (packages !== undefined || !fresh || temporal.kind === 'missing') process.exitCode = failedExitCode;
  if (packages === undefined) say(`node: ${requirePinnedNode(root)}`);
}
