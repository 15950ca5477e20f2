import { fileURLToPath } from 'node:url';

import { buildTemporal } from './build-temporal.js';
import { lastLines, runWithProgress, say, SetupFailure } from './progress.js';
import { findTemporalBinary, temporalCachePath, temporalVersion } from './temporal-binary.js';

const downloadScript = fileURLToPath(new URL('download-temporal.js', import.meta.url));

/**
 * Finds, downloads or builds the Temporal program, in this order; a step that fails says why and the next one is tried.
 * @param {string} root folder of the project
 * @param {string} node the pinned Node
 * @returns {Promise<string>} path of the program
 */
export async function provideTemporal(root, node) {
  const found = findTemporalBinary();
  if (found.kind === 'found') {
    for (const passedOver of found.tried.filter((line) => line.includes('is needed'))) say(passedOver);
    return found.path;
  }

  const target = temporalCachePath();
  for (const line of found.tried) say(line);
  const notDownloaded = await downloadTemporal(node, target);
  if (notDownloaded === undefined) return target;
  say(notDownloaded);
  const notBuilt = await buildTemporal(root, target);
  if (notBuilt === undefined) return target;

  throw new SetupFailure(
    `No Temporal server program could be found, downloaded or built.`,
    [...found.tried, notDownloaded, notBuilt],
    `Put \`temporal\` ${temporalVersion} on the PATH (docs.temporal.io/cli, on macOS \`brew install temporal\`), or install Go and run this again.`,
  );
}

/** @param {string} node @param {string} target */
async function downloadTemporal(node, target) {
  say(`downloading Temporal ${temporalVersion} from temporal.download (about 50 MB, once)`);
  // The proxy that the environment names is used from Node 24 on only, and only when asked.
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1' };
  const { code, output } = await runWithProgress('download', node, [downloadScript, target], { env });
  return code === 0 ? undefined : `download: ${lastLines(output, 1).join('')}`;
}
