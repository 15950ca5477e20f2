import { CarryoverError } from '../../../schemas/failures.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';

/** Ourselves as a client of the source server's token endpoint. */
export interface SmartClient {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly privateKeyFile: string;
  readonly keyId: string;
  readonly algorithm: 'RS384' | 'ES384';
  readonly scope: string;
}

/** The client of a description with auth = "smart-backend-services", which was checked to have all its keys. */
export function smartClientOf(server: SourceServer): SmartClient {
  const { tokenUrl, clientId, privateKeyFile, keyId, algorithm, scope } = server;
  if (
    tokenUrl === undefined ||
    clientId === undefined ||
    privateKeyFile === undefined ||
    keyId === undefined ||
    algorithm === undefined
  )
    throw new CarryoverError('SOURCE_SERVER_INVALID');
  return { tokenUrl, clientId, privateKeyFile, keyId, algorithm, scope };
}
