import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where our own copy of a program lives: the user's cache folder, by name and version.
 * @param {string} name
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function cachedProgramPath(name, version, env = process.env, platform = process.platform) {
  return join(userCacheDir(env, platform), 'carryover', name, version, programName(name, platform));
}

/** @param {string} name @param {NodeJS.Platform} platform */
export function programName(name, platform) {
  return platform === 'win32' ? `${name}.exe` : name;
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform */
function userCacheDir(env, platform) {
  const home = env.HOME ?? homedir();
  if (platform === 'win32') return env.LOCALAPPDATA ?? join(home, 'AppData', 'Local');
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  return platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}
