import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RunningSandbox } from '../sandbox/start-sandbox.ts';
import type { SandboxAdmin } from './sandbox-admin.ts';

/** What the sandbox prints when it is ready. */
export type SandboxAddresses = Omit<RunningSandbox, 'close'>;

/**
 * Makes the two plans known to each other: registers us as an application with our redirect URI, and writes the profile of the
 * sandbox into the counterparts folder, with the client secret in a file of its own.
 */
export async function writeCounterpart(counterpart: {
  readonly dataDir: string;
  readonly sandbox: SandboxAddresses;
  readonly admin: SandboxAdmin;
  readonly redirectUri: string;
}): Promise<void> {
  const { dataDir, sandbox, admin, redirectUri } = counterpart;
  const clientId = 'carryover-demo';
  const clientSecret = randomBytes(24).toString('base64url');
  await admin.registerClient({ clientId, clientSecret, redirectUris: redirectUri, environment: 'sandbox' });

  const folder = join(dataDir, 'counterparts');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'client-secret.txt'), `${clientSecret}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'sandbox.toml'), profile({ ...sandbox, clientId, redirectUri }), { mode: 0o600 });
}

/** docs/counterparts.md says what each key means. */
function profile(values: SandboxAddresses & { readonly clientId: string; readonly redirectUri: string }): string {
  return `id = "sandbox"
name = "Sandbox"
environment = "sandbox"

[pacing]
requests_per_second = 100
concurrent_members = 8

[receive]
authorize_url = "${values.authorizeUrl}"
token_url = "${values.tokenUrl}"
fhir_base_url = "${values.fhirBaseUrl}"
client_id = "${values.clientId}"
client_secret_file = "client-secret.txt"
redirect_uri = "${values.redirectUri}"

[send]
fhir_base_url = "${values.fhirBaseUrl}"
write_timeout_ms = 5000

[send.mail]
to = "payer2payer@1up.health"
from = "transfers@plan.example"

[send.mail.smtp]
host = "${values.smtp.host}"
port = ${values.smtp.port}
ca_file = ${JSON.stringify(values.smtp.caFile)}

[send.sender]
name = "Transfer Desk"
company = "Example Health Plan"
website = "https://plan.example"
`;
}
