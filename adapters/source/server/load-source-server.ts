import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { CarryoverError } from '../../../schemas/failures.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import { camelCaseKeys } from '../../profile/camel-case.ts';
import { tableChecker } from '../../profile/check-table.ts';
import { findKeyLine } from '../../profile/find-key-line.ts';
import { withoutSlash } from '../../profile/load-profile.ts';
import { parseToml } from '../../profile/parse-toml.ts';
import { checkSourceServer } from './check-source-server.ts';
import { sourceServerSchema } from './source-server-schema.ts';

const checkTable = tableChecker({ schema: sourceServerSchema, code: 'SOURCE_SERVER_INVALID' });

/**
 * Loads the description of a source server: TOML, every unknown key refused, defaults filled in, files as absolute paths. No secret
 * is read yet. Errors: SOURCE_SERVER_INVALID (file, line, key), PRODUCTION_UNSAFE.
 */
export async function loadSourceServer(file: string): Promise<SourceServer> {
  const toml = await readFile(file, 'utf8').catch(() => {
    throw new CarryoverError('SOURCE_SERVER_INVALID', 'The file is not there or cannot be read.', { file });
  });
  const table = parseToml(toml, file, 'SOURCE_SERVER_INVALID');
  checkTable(table, toml, file);
  const written = camelCaseKeys(table) as SourceServer;
  checkWithLine(written, toml, file);
  return resolved(written, dirname(resolve(file)));
}

function checkWithLine(server: SourceServer, toml: string, file: string): void {
  try {
    checkSourceServer(server);
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    const line = findKeyLine(toml, error.place.column?.split('.') ?? []);
    throw new CarryoverError(error.code, error.detail, { ...error.place, file, ...(line && { line }) });
  }
}

/** Paths are relative to the description. */
function resolved(server: SourceServer, dir: string): SourceServer {
  const { tokenFile, privateKeyFile, fhirBaseUrl } = server;
  return {
    ...server,
    fhirBaseUrl: withoutSlash(fhirBaseUrl),
    ...(tokenFile !== undefined && { tokenFile: resolve(dir, tokenFile) }),
    ...(privateKeyFile !== undefined && { privateKeyFile: resolve(dir, privateKeyFile) }),
  };
}
