import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { lastLines, runWithProgress, say } from './progress.js';

/** From this version on, Go fetches the newer toolchain that the module asks for by itself. */
const oldestGoMinor = 21;

/**
 * @typedef {object} GoProgram
 * @property {string} title what is built, with its version
 * @property {string} module folder below tools/ whose go.mod and go.sum pin versions and checksums
 * @property {string} program the package of the program
 * @property {string} ldflags
 * @property {string} lasts how long it takes, in words
 */

/**
 * Builds a Go program from the module proxy, with the versions and checksums of a folder of ours.
 * @param {string} root folder of the project
 * @param {string} target where the program goes; it appears there whole or not at all
 * @param {GoProgram} of
 * @returns {Promise<string | undefined>} why it did not work, or undefined
 */
export async function buildWithGo(root, target, { title, module, program, ldflags, lasts }) {
  const go = goMinor();
  if (go === undefined) return 'go build: there is no `go` on the PATH';
  if (go < oldestGoMinor) return `go build: Go 1.${go} is too old, 1.${oldestGoMinor} or newer is needed`;

  say(`building ${title} with go build (${lasts}, once)`);
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}.part`;
  const args = ['build', '-v', '-trimpath', '-ldflags', ldflags, '-o', unfinished, program];
  const { code, output } = await runWithProgress('go build', 'go', args, {
    cwd: join(root, 'tools', module),
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=readonly' },
    news: buildNews,
  });
  if (code === 0) renameSync(unfinished, target);
  else rmSync(unfinished, { force: true });
  return code === 0 ? undefined : [`go build: it ended with code ${code}:`, ...lastLines(output)].join('\n         ');
}

/** @returns {number | undefined} 26 for Go 1.26.4 */
function goMinor() {
  try {
    const version = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', stdio: 'pipe' });
    return Number(/^go1\.(\d+)/.exec(version)?.[1] ?? '0');
  } catch {
    return undefined;
  }
}

/** @param {string} output */
function buildNews(output) {
  const lines = output.split('\n').slice(0, -1);
  const downloads = lines.filter((line) => line.startsWith('go: downloading')).length;
  const compiled = lines.length - downloads;
  return compiled === 0 ? `${downloads} modules downloaded` : `${compiled} packages compiled`;
}
