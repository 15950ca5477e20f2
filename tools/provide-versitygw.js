import { buildWithGo } from './go-build.js';
import { cachedProgramPath, isExecutable } from './program-cache.js';

/** The S3 server that the tests of S3 deliveries talk to; its go.mod in tools/versitygw names the same version. */
const version = '1.8.0';

/** Where the program is, or would be. @returns {string} */
export function versitygwPath() {
  return cachedProgramPath('versitygw', version);
}

/**
 * Builds the S3 server of the tests where it is not there yet.
 * @param {string} root folder of the project
 * @returns {Promise<string | undefined>} why there is none, or undefined
 */
export async function provideVersitygw(root) {
  const target = versitygwPath();
  if (isExecutable(target)) return undefined;
  return buildWithGo(root, target, {
    title: `versitygw ${version}, the S3 server of the tests,`,
    module: 'versitygw',
    program: 'github.com/versity/versitygw/cmd/versitygw',
    ldflags: '-s -w',
    lasts: 'about 3 minutes on two cores',
  });
}
