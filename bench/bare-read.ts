// The least that a program can do: exchanges each code, reads every page of every type and what they refer to, a member at a time on
// each connection, and counts what it hears. No ledger, no sealing, no validation, no files. Runs as its own process, so that its CPU is its own.
import { readFileSync } from 'node:fs';
import process from 'node:process';

import { Pool } from 'undici';

/** What `bench/receive-throughput.ts` hands over, as a file. */
export interface BareReadJob {
  readonly tokenUrl: string;
  readonly fhirBaseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly resourceTypes: readonly string[];
  readonly pageSize: number;
  readonly connections: number;
  readonly codes: readonly string[];
}

interface Resource {
  readonly resourceType: string;
  readonly id: string;
}

interface Searchset {
  readonly entry?: readonly { readonly resource: Resource }[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
}

const fetchedByReference = [
  'Practitioner',
  'Organization',
  'Location',
  'Medication',
  'PractitionerRole',
  'RelatedPerson',
];

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as BareReadJob;
const base = new URL(job.fhirBaseUrl);
const api = new Pool(base.origin, { connections: job.connections, pipelining: 1 });
const authorization = new Pool(new URL(job.tokenUrl).origin, { connections: job.connections, pipelining: 1 });
process.stdout.write('ready\n');

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
let resources = 0;
let requests = 0;
const waiting = [...job.codes];

async function tokenFor(code: string): Promise<string> {
  const { clientId, clientSecret } = job;
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'authorization_code', code };
  const answer = await authorization.request({
    path: new URL(job.tokenUrl).pathname,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  return ((await answer.body.json()) as { readonly access_token: string }).access_token;
}

async function get(path: string, accessToken: string): Promise<unknown> {
  requests += 1;
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/fhir+json' };
  return (await api.request({ path, method: 'GET', headers })).body.json();
}

async function readMember(accessToken: string): Promise<void> {
  const record: Resource[] = [];
  for (const type of ['Patient', ...job.resourceTypes]) {
    let path: string | undefined = `${base.pathname}/${type}?_count=${job.pageSize}`;
    while (path !== undefined) {
      const { entry = [], link = [] } = (await get(path, accessToken)) as Searchset;
      record.push(...entry.map(({ resource }) => resource));
      const next = link.find(({ relation }) => relation === 'next');
      path = next === undefined ? undefined : next.url.slice(base.origin.length);
    }
  }
  const have = new Set(record.map(({ resourceType, id }) => `${resourceType}/${id}`));
  for (const resource of record) {
    for (const name of referencesIn(resource)) {
      if (have.has(name)) continue;
      have.add(name);
      record.push((await get(`${base.pathname}/${name}`, accessToken)) as Resource);
    }
  }
  resources += record.length;
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === 'reference' && typeof inner === 'string' && fetchedByReference.includes(inner.split('/')[0] ?? '')
      ? [inner]
      : referencesIn(inner),
  );
}

async function readMembers(): Promise<void> {
  for (let code = waiting.shift(); code !== undefined; code = waiting.shift()) await readMember(await tokenFor(code));
}

await Promise.all(Array.from({ length: job.connections }, readMembers));
const { user, system } = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(`${JSON.stringify({ resources, requests, seconds, cpuSeconds: (user + system) / 1e6 })}\n`);
await Promise.all([api.close(), authorization.close()]);
