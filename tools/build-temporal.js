import { buildWithGo } from './go-build.js';
import { temporalVersion } from './temporal-binary.js';

/**
 * Builds Temporal from the module proxy, with the versions and checksums of tools/temporal-cli.
 * @param {string} root folder of the project
 * @param {string} target where the program goes; it appears there whole or not at all
 * @returns {Promise<string | undefined>} why it did not work, or undefined
 */
export async function buildTemporal(root, target) {
  return buildWithGo(root, target, {
    title: `Temporal ${temporalVersion}`,
    module: 'temporal-cli',
    program: 'github.com/temporalio/cli/cmd/temporal',
    ldflags: `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${temporalVersion}`,
    lasts: 'about 5 minutes on two cores',
  });
}
