import { CarryoverError } from '../../../schemas/failures.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import { refuseUnsafeUrls } from '../../profile/refuse-unsafe-urls.ts';

const smartKeys = {
  token_url: 'tokenUrl',
  client_id: 'clientId',
  private_key_file: 'privateKeyFile',
  key_id: 'keyId',
  algorithm: 'algorithm',
} as const satisfies Record<string, keyof SourceServer>;

/** What a schema cannot say: keys that belong to one way of access only, and what production forbids. Errors: SOURCE_SERVER_INVALID, PRODUCTION_UNSAFE. */
export function checkSourceServer(server: SourceServer): void {
  const { auth, patient } = server;
  onlyWith(server.tokenFile, 'token_file', auth === 'bearer', 'auth = "bearer"');
  for (const [key, field] of Object.entries(smartKeys))
    onlyWith(server[field], key, auth === 'smart-backend-services', 'auth = "smart-backend-services"');
  onlyWith(server.identifierSystem, 'identifier_system', patient === 'identifier', 'patient = "identifier"');
  if (server.environment === 'production')
    refuseUnsafeUrls({ fhir_base_url: server.fhirBaseUrl, token_url: server.tokenUrl });
}

function onlyWith(value: string | undefined, key: string, needed: boolean, setting: string): void {
  if (needed && value === undefined) throw invalid(key, `The key ${key} is missing; ${setting} needs it.`);
  if (!needed && value !== undefined) throw invalid(key, `The key ${key} is for ${setting} only.`);
}

function invalid(column: string, what: string): CarryoverError {
  return new CarryoverError('SOURCE_SERVER_INVALID', what, { column });
}
