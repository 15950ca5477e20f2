import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findPinnedNode, runsOnWantedNode, wantedNodeMajor } from './pinned-node.js';
import { lastLines, runWithProgress, say, SetupFailure } from './progress.js';

/**
 * What is wrong with the installed packages, in words; undefined where they are those of the lock.
 * @param {string} root
 * @returns {string | undefined}
 */
export function packagesProblem(root) {
  const lockFile = join(root, 'package-lock.json');
  if (!existsSync(lockFile)) {
    throw new SetupFailure(`There is no ${lockFile}.`, [], 'Take the file from the repository; it pins every package.');
  }
  if (!existsSync(join(root, 'node_modules'))) return 'the packages are not installed';
  const lock = readFileSync(lockFile, 'utf8');
  const stamp = stampFile(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(lock)) return undefined;
  return installedEqualsLock(root, lock) ? undefined : 'the installed packages are not those of package-lock.json';
}

/**
 * Installs exactly what the lock says, unless that is done already. Throws SetupFailure.
 * @param {string} root
 */
export async function installPackages(root) {
  const problem = packagesProblem(root);
  if (problem !== undefined) {
    say(`${problem}: running npm ci (half a minute to two minutes, once)`);
    const npm = npmCommand();
    const args = [...npm.args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code, output } = await runWithProgress('npm ci', npm.command, args, { cwd: root, shell: npm.shell });
    if (code !== 0) {
      const tried = [`npm ci in ${root} ended with code ${code}:`, ...lastLines(output)];
      throw new SetupFailure('The packages could not be installed.', tried, 'Check the network, then run this again.');
    }
  }
  const stamp = stampFile(root);
  const wanted = hashOf(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) writeFileSync(stamp, wanted);
}

/**
 * Says which Node runs the project. npm leaves an optional package out silently when its download fails.
 * @param {string} root
 * @returns {string} path of the Node to use
 */
export function requirePinnedNode(root) {
  const pinned = findPinnedNode(root) ?? (runsOnWantedNode() ? process.execPath : undefined);
  if (pinned !== undefined) return pinned;
  throw new SetupFailure(
    `There is no Node ${wantedNodeMajor} for ${process.platform}-${process.arch}.`,
    ['the platform package of Node in node_modules', `the Node that runs this, ${process.version}`],
    `Delete node_modules and run this again; where no such package exists, install Node ${wantedNodeMajor} yourself.`,
  );
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules', '.carryover-lock');
}

/** @param {string} text */
function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * True where npm's own record of what it installed names each package that the lock demands, at its version: somebody ran npm ci.
 * @param {string} root
 * @param {string} lock
 */
function installedEqualsLock(root, lock) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const demanded = Object.entries(JSON.parse(lock).packages).filter(([path, entry]) => path !== '' && !entry.optional);
  return demanded.every(([path, { version, integrity }]) => {
    const mine = installed[path];
    return mine !== undefined && mine.version === version && mine.integrity === integrity;
  });
}

/** npm as it runs us, else the one on the PATH; on Windows that is a batch file, which needs a shell. */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running?.endsWith('npm-cli.js')) return { command: process.execPath, args: [running], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}
