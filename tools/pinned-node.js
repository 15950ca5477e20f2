import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Node that the project runs on: the version of its platform packages in package.json. */
export const wantedNodeMajor = 24;
const wantedNodeMinor = 15;

/** True where this very Node can run the project. */
export function runsOnWantedNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === wantedNodeMajor && minor >= wantedNodeMinor;
}

/**
 * Path of the Node that npm installed for this platform, or undefined.
 * @param {string} root folder of the project
 * @returns {string | undefined}
 */
export function findPinnedNode(root, platform = process.platform, arch = process.arch) {
  const binary = platform === 'win32' ? join('bin', 'node.exe') : join('bin', 'node');
  const system = platform === 'win32' ? 'win' : platform;
  const packages = [`node-${system}-${arch}`, `node-bin-${system}-${arch}`];
  return packages.map((name) => join(root, 'node_modules', name, binary)).find((path) => existsSync(path));
}
