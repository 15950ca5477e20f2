import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { exportPKCS8, generateKeyPair, type CryptoKey } from 'jose';

/** Writes a new private key as PEM into the folder; returns its public half. */
export async function writeKey(dir: string, name = 'key.pem', algorithm = 'ES384'): Promise<CryptoKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  await writeSecret(join(dir, name), await exportPKCS8(privateKey));
  return publicKey;
}

/** Writes a file that only its owner may read. */
export async function writeSecret(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o600);
}

/** Writes the description of a source server with SMART backend services; `lines` are further keys as TOML. */
export async function writeDescription(
  dir: string,
  { fhirBaseUrl, tokenUrl }: { readonly fhirBaseUrl: string; readonly tokenUrl: string },
  lines = '',
): Promise<string> {
  const file = join(dir, 'source.toml');
  const text = `fhir_base_url = "${fhirBaseUrl}"
environment = "sandbox"
auth = "smart-backend-services"
token_url = "${tokenUrl}"
client_id = "carryover-client"
private_key_file = "key.pem"
key_id = "key-1"
algorithm = "ES384"
patient = "identifier"
identifier_system = "urn:plan:members"
retrieval = "everything"
${lines}
`;
  await writeFile(file, text);
  return file;
}
