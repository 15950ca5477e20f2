import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { lastLines, runWithProgress, say, SetupFailure } from './progress.js';

/** What the generated validators are made from: folders of the project. */
const sources = ['compiler', 'schemas/r4', 'schemas/us-core'];

/**
 * True where generated/ holds the validators of these very schemas and this very compiler.
 * @param {string} root folder of the project
 */
export function validatorsAreFresh(root) {
  const stamp = stampFile(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources(root);
}

/**
 * Generates the validators from the committed schemas, unless that is done already. Throws SetupFailure.
 * @param {string} root folder of the project
 * @param {string} node the Node that runs the project
 */
export async function generateValidators(root, node) {
  if (validatorsAreFresh(root)) return;
  say('validators: generating them from schemas/ (a few seconds, once)');
  const args = ['compiler/generate.ts', 'schemas', 'generated'];
  const { code, output } = await runWithProgress('generate validators', node, args, { cwd: root });
  if (code !== 0) {
    const tried = [`node ${args.join(' ')} ended with code ${code}:`, ...lastLines(output)];
    throw new SetupFailure('The validators could not be generated.', tried, 'Run it again: npm run validators');
  }
  writeFileSync(stampFile(root), hashOfSources(root));
  // So that the first process that judges need not compile the code; one that has to is slower by a fraction of a second.
  const warm = ['adapters/validation/warm-code.ts', 'fixtures/members/example-3.ndjson'];
  await runWithProgress('keep the compiled validators', node, warm, { cwd: root });
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'generated', 'made-from.sha256');
}

/** @param {string} root */
function hashOfSources(root) {
  const hash = createHash('sha256');
  for (const folder of sources)
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).toSorted())
      if (/\.(ts|json)$/.test(name))
        hash
          .update(`${name}\0`)
          .update(readFileSync(join(root, folder, name)))
          .update('\0');
  return hash.digest('hex');
}
