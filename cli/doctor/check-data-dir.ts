import { constants, existsSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';

import { dataDirPaths } from '../../adapters/data-dir/open-data-dir.ts';
import { openKeyFile } from '../../adapters/keys/key-file.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { CommandContext } from '../command.ts';
import { dataDirRoot, withDataDir } from '../installation.ts';
import { look, ok, warning, type Check } from './check.ts';

/** Looks at the data directory, its key file and its ledger; makes none of them. */
export async function checkDataDir(context: CommandContext): Promise<readonly Check[]> {
  const { root, keyFile, ledgerFile } = dataDirPaths(dataDirRoot(context));
  if (!existsSync(root))
    return [
      warning('data directory', `${root} is not there yet.`, 'The first `carryover send` or `receive` makes it.'),
    ];
  const directory = await look('data directory', async () => {
    if (!(await stat(root)).isDirectory()) throw new CarryoverError('DATA_DIR_UNUSABLE', 'It is not a directory.');
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK).catch(() => {
      throw new CarryoverError('DATA_DIR_UNUSABLE', 'It cannot be written.', { file: root });
    });
    return ok('data directory', root);
  });
  if (directory.state === 'bad') return [directory];
  if (!existsSync(keyFile) && !existsSync(ledgerFile))
    return [directory, warning('key file', 'There is none yet.', 'The first `carryover send` or `receive` makes it.')];
  const key = await look('key file', async () => {
    await openKeyFile(keyFile, { create: false });
    return ok('key file', 'It is private and well-formed; keep a backup of it apart from the data.');
  });
  if (key.state === 'bad' || !existsSync(ledgerFile)) return [directory, key];
  const ledger = await look('ledger', async () =>
    withDataDir(context, async (dataDir) => {
      const batches = await dataDir.ledger.batches.list();
      return ok('ledger', `It opens with this key file; batches: ${batches.length}.`);
    }),
  );
  return [directory, key, ledger];
}
