// The least that a program can do: posts the bundles of a folder, a member at a time on each connection, and believes what it
// hears. No ledger, no sealing, no validation, no recovery. Runs as its own process, so that its CPU is its own.
import { readFileSync } from 'node:fs';
import process from 'node:process';

import { Pool } from 'undici';

interface Job {
  readonly fhirBaseUrl: string;
  readonly connections: number;
  readonly members: readonly { readonly accessToken: string; readonly bodies: readonly string[] }[];
}

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Job;
const base = new URL(job.fhirBaseUrl);
const pool = new Pool(base.origin, { connections: job.connections, pipelining: 1 });
process.stdout.write('ready\n');

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
let confirmed = 0;
const waiting = [...job.members];

async function postMembers(): Promise<void> {
  for (let member = waiting.shift(); member !== undefined; member = waiting.shift()) {
    for (const body of member.bodies) {
      const answer = await pool.request({
        path: base.pathname,
        method: 'POST',
        headers: { authorization: `Bearer ${member.accessToken}`, 'content-type': 'application/fhir+json' },
        body,
      });
      const { entry } = (await answer.body.json()) as { entry: readonly { response: { status: string } }[] };
      confirmed += entry.filter(({ response }) => response.status.startsWith('2')).length;
    }
  }
}

await Promise.all(Array.from({ length: job.connections }, postMembers));
const { user, system } = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(`${JSON.stringify({ confirmed, seconds, cpuSeconds: (user + system) / 1e6 })}\n`);
await pool.close();
