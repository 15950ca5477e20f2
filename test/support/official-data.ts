import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folder with HL7's official packages and examples: `US_CORE_DIR`, or shared/us-core beside the project; undefined elsewhere. */
export const usCoreDir = [process.env['US_CORE_DIR'], join(import.meta.dirname, '../../../shared/us-core')].find(
  (path) => path !== undefined && existsSync(join(path, '6.1.0')),
);

/** Ends the title of a test that needs the data, where they are missing. */
export const officially = usCoreDir === undefined ? ' (skipped: no official data, set US_CORE_DIR)' : '';
