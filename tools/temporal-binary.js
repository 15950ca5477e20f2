import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

import { cachedProgramPath, isExecutable, programName } from './program-cache.js';

/** The Temporal command line program (dev server, Web UI and CLI in one) that is downloaded or built where none is found. */
export const temporalVersion = '1.8.2';

/** Older ones lack server features that the workflows use. */
const oldestUsable = [1, 5];

/**
 * @typedef {{ kind: 'found', path: string, from: 'PATH' | 'cache', tried: string[] }} Found
 * @typedef {{ kind: 'missing', tried: string[] }} Missing
 */

/**
 * Looks for a Temporal program where it costs nothing: on the PATH, then in our cache. The one place that knows this order.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Found | Missing}
 */
export function findTemporalBinary(env = process.env) {
  const tried = [];
  const onPath = programOnPath(env);
  if (onPath === undefined) tried.push('PATH: there is no `temporal`');
  else {
    const version = versionOf(onPath);
    if (version !== undefined && isUsable(version)) return { kind: 'found', path: onPath, from: 'PATH', tried };
    tried.push(`PATH: ${onPath} is ${version ?? 'of unknown version'}, ${oldestUsable.join('.')} or newer is needed`);
  }
  const cached = temporalCachePath(env);
  if (isExecutable(cached)) return { kind: 'found', path: cached, from: 'cache', tried };
  tried.push(`cache: there is no ${cached}`);
  return { kind: 'missing', tried };
}

/**
 * Where our own copy lives: the user's cache folder, by version.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function temporalCachePath(env = process.env, platform = process.platform) {
  return cachedProgramPath('temporal', temporalVersion, env, platform);
}

/**
 * The version that a Temporal program says it has, such as `1.8.2`; undefined where it is none.
 * @param {string} path
 * @returns {string | undefined}
 */
export function versionOf(path) {
  try {
    const printed = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000, stdio: 'pipe' });
    return /^temporal version v?(\d+\.\d+\.\d+)/m.exec(printed)?.[1];
  } catch {
    return undefined;
  }
}

/** @param {string} version */
function isUsable(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestUsable;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** @param {NodeJS.ProcessEnv} env */
function programOnPath(env) {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, programName('temporal', process.platform)))
    .find((path) => isExecutable(path));
}
