import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RunningSandbox } from '../../sandbox/start-sandbox.ts';

/** Values that a test wants otherwise, as TOML lines of the section. */
export interface ProfileWishes {
  readonly top?: string;
  readonly send?: string;
  /** Another server than the sandbox to post to. */
  readonly sendBaseUrl?: string;
  readonly receive?: string;
  /** Other servers than the sandbox to authorize at and to read from. */
  readonly receiveFrom?: { readonly authorizeUrl: string; readonly tokenUrl: string; readonly fhirBaseUrl: string };
  readonly pacing?: string;
  readonly redirectUri?: string;
  /** False: mails are left as files. */
  readonly smtp?: boolean;
}

const smtpOf = ({ smtp }: Omit<RunningSandbox, 'close'>): string => `
[send.mail.smtp]
host = "${smtp.host}"
port = ${smtp.port}
ca_file = "${smtp.caFile}"`;

/** Writes the profile of a started sandbox and the file of its client secret; returns the profile's path. */
export async function writeProfile(
  directory: string,
  sandbox: Omit<RunningSandbox, 'close'>,
  wishes: ProfileWishes = {},
): Promise<string> {
  const from = wishes.receiveFrom ?? sandbox;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const secretFile = join(directory, 'client-secret.txt');
  await writeFile(secretFile, 'sandbox-client-secret\n');
  await chmod(secretFile, 0o600);
  const file = join(directory, 'sandbox.toml');
  await writeFile(
    file,
    `id = "sandbox"
name = "Sandbox"
environment = "sandbox"
${wishes.top ?? 'heartbeat_timeout_ms = 10000'}

[pacing]
${wishes.pacing ?? 'requests_per_second = 500\nconcurrent_members = 8'}

[receive]
authorize_url = "${from.authorizeUrl}"
token_url = "${from.tokenUrl}"
fhir_base_url = "${from.fhirBaseUrl}"
client_id = "sandbox-client"
client_secret_file = "client-secret.txt"
redirect_uri = "${wishes.redirectUri ?? 'http://127.0.0.1:8377/callback'}"
${wishes.receive ?? ''}

[send]
fhir_base_url = "${wishes.sendBaseUrl ?? sandbox.fhirBaseUrl}"
${wishes.send ?? 'write_timeout_ms = 5000'}

[send.mail]
to = "payer2payer@1up.health"
from = "transfers@plan.example"
${wishes.smtp === false ? '' : smtpOf(sandbox)}

[send.sender]
name = "Transfer Desk"
company = "Example Health Plan"
website = "https://plan.example"
`,
  );
  return file;
}
