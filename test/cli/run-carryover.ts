import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');
const node = join(root, 'node_modules/.bin/node');

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as people do: a process of its own, with no Temporal unless the arguments name one. */
export async function runCarryover(
  args: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const child = spawn(node, [join(root, 'cli/main.ts'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', TEMPORAL_ADDRESS: '127.0.0.1:1', ...options.env },
  });
  child.stdin.end(options.input ?? '');
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode, stdout, stderr };
}

export interface Workplace {
  readonly dir: string;
  readonly dataDir: string;
  /** Writes a file into the workplace and returns its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  remove(): Promise<void>;
}

/** A folder with a data directory that has the sandbox profile `plan-a` and nothing else. */
export async function newWorkplace(): Promise<Workplace> {
  const dir = await mkdtemp(join(tmpdir(), 'carryover-cli-'));
  const dataDir = join(dir, 'data');
  await mkdir(join(dataDir, 'counterparts'), { recursive: true });
  await writeFile(join(dataDir, 'counterparts', 'plan-a.toml'), profileToml());
  await writeFile(join(dataDir, 'counterparts', 'secret'), 'client-secret-canary\n', { mode: 0o600 });
  return {
    dir,
    dataDir,
    async file(name, content) {
      const path = join(dir, name);
      await writeFile(path, content);
      return path;
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A whole profile; nothing listens at its addresses. */
export function profileToml({ id = 'plan-a', environment = 'sandbox', origin = 'http://127.0.0.1:9' } = {}): string {
  return `id = "${id}"
name = "Plan A"
environment = "${environment}"

[receive]
authorize_url = "${origin}/oauth2/authorize/payer2payer"
token_url = "${origin}/oauth2/token"
fhir_base_url = "${origin}/r4"
client_id = "client-a"
client_secret_file = "secret"
redirect_uri = "${origin}/callback"

[send]
fhir_base_url = "${origin}/r4"

[send.mail]
to = "reviews@example.com"
from = "transfers@example.com"

[send.sender]
name = "Sender"
company = "Example Health"
website = "https://example.com"
`;
}
