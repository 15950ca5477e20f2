import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { lastLines, runWithProgress, say } from './progress.js';
import { temporalVersion } from './temporal-binary.js';

const program = 'github.com/temporalio/cli/cmd/temporal';
/** From this version on, Go fetches the newer toolchain that the module asks for by itself. */
const oldestGoMinor = 21;

/**
 * Builds Temporal from the module proxy, with the versions and checksums of tools/temporal-cli.
 * @param {string} root folder of the project
 * @param {string} target where the program goes; it appears there whole or not at all
 * @returns {Promise<string | undefined>} why it did not work, or undefined
 */
export async function buildTemporal(root, target) {
  const go = goMinor();
  if (go === undefined) return 'go build: there is no `go` on the PATH';
  if (go < oldestGoMinor) return `go build: Go 1.${go} is too old, 1.${oldestGoMinor} or newer is needed`;

  say(`building Temporal ${temporalVersion} with go build (about 5 minutes on two cores, once)`);
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}.part`;
  const version = `-X github.com/temporalio/cli/internal/temporalcli.Version=${temporalVersion}`;
  const args = ['build', '-v', '-trimpath', '-ldflags', `-s -w ${version}`, '-o', unfinished, program];
  const { code, output } = await runWithProgress('go build', 'go', args, {
    cwd: join(root, 'tools', 'temporal-cli'),
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
