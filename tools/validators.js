#!/usr/bin/env node
// Generates the validators from schemas/ where they are not up to date: npm run validators
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { generateValidators } from './generate-validators.js';
import { requirePinnedNode } from './install-packages.js';
import { say, SetupFailure } from './progress.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  await generateValidators(root, requirePinnedNode(root));
  say('validators: up to date');
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  say(error.message);
  process.exitCode = 3;
}
