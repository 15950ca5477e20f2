import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openFhirReader, readResource, searchPage } from '../../../adapters/fhir/fhir-reader.ts';
import { openHttpPools } from '../../../adapters/http/http-pool.ts';
import { loadSourceServer } from '../../../adapters/source/server/load-source-server.ts';
import { serverSource } from '../../../adapters/source/server/server-source.ts';
import { walkReferences } from '../../../domain/payload/walk-references.ts';
import { generateMember } from '../../../fixtures/generate-member.ts';
import { supportingTypes, type FhirResource } from '../../../schemas/fhir.ts';
import { openForeignServer, type ForeignServer } from '../../support/foreign-server.ts';
import { writeSecret } from '../../support/source-files.ts';

/** Two members in one repository: what belongs to the second must not come with the first. */
const members = [0, 1].map((index) => generateMember({ seed: 29, index, size: 120 }));
const [member] = members;
const resources = distinct(member?.resources ?? []);
const named = ({ resourceType, id }: FhirResource) => `${resourceType}/${id ?? ''}`;

let foreign: ForeignServer;
let directory: string;
const pools = openHttpPools({ connections: 2, environment: 'sandbox' });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foreign-'));
  foreign = await openForeignServer();
  for (const resource of distinct(members.flatMap((each) => each.resources)))
    await foreign.repository.createResource(
      resource as unknown as Parameters<typeof foreign.repository.createResource>[0],
    );
});
afterAll(async () => {
  await pools.close();
  await foreign.close();
  await rm(directory, { recursive: true });
});

function distinct(all: readonly { readonly resourceType: string }[]): readonly FhirResource[] {
  return [...new Map((all as readonly FhirResource[]).map((one) => [`${one.resourceType}/${one.id}`, one])).values()];
}

function reader(right: 'read' | 'write') {
  const accessToken = foreign.mintToken(right);
  return openFhirReader({ pools, baseUrl: foreign.fhirBaseUrl, accessToken, timeoutMs: 5_000 });
}

test('the reader of the receive half follows the pages of a server that others wrote, and then the references', async () => {
  const fhir = reader('read');
  const patient = resources.find(({ resourceType }) => resourceType === 'Patient')!;
  const observations: FhirResource[] = [];
  let pages = 0;
  for (let nextUrl: string | undefined | null = null; nextUrl !== undefined; pages += 1) {
    const page = await searchPage(fhir, {
      resourceType: 'Observation',
      parameters: { patient: named(patient), _count: '7' },
      ...(nextUrl !== null && { nextUrl }),
    });
    expect(page.samePage).toBe(false);
    expect(page.resources.length).toBeLessThanOrEqual(7);
    observations.push(...page.resources);
    expect(page.total).toBe(resources.filter(({ resourceType }) => resourceType === 'Observation').length);
    ({ nextUrl } = page);
  }
  const wanted = resources.filter(({ resourceType }) => resourceType === 'Observation');
  expect(observations.map(named).toSorted()).toEqual(wanted.map(named).toSorted());
  expect(pages).toBe(Math.ceil(wanted.length / 7));

  const types = new Set<string>(supportingTypes);
  const walk = walkReferences(observations, { baseUrl: foreign.fhirBaseUrl, types });
  const found: string[] = [];
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    const resource = await readResource(fhir, name);
    expect(resource && named(resource)).toBe(name);
    if (resource !== undefined) walk.found(resource);
    found.push(name);
  }
  expect(found).toContain(named(patient));
  expect(await readResource(fhir, 'Practitioner/nobody')).toBeUndefined();
  await expect(readResource(reader('write'), named(patient))).rejects.toMatchObject({ code: 'ACCESS_FORBIDDEN' });
  const unknown = openFhirReader({ pools, baseUrl: foreign.fhirBaseUrl, accessToken: 'unknown', timeoutMs: 5_000 });
  await expect(readResource(unknown, named(patient))).rejects.toMatchObject({ code: 'TOKEN_REJECTED' });
});

test('as a source of records it gives a member whole: found by member id, read type by type, and nothing of anybody else', async () => {
  const patient = resources.find(({ resourceType }) => resourceType === 'Patient')!;
  const [identifier] = patient['identifier'] as readonly { readonly system: string; readonly value: string }[];
  await writeSecret(join(directory, 'token.txt'), foreign.mintToken('read'));
  const description = join(directory, 'source.toml');
  await writeFile(
    description,
    `fhir_base_url = "${foreign.fhirBaseUrl}"
environment = "sandbox"
auth = "bearer"
token_file = "token.txt"
patient = "identifier"
identifier_system = "${identifier?.system}"
retrieval = "search"
page_size = 10
`,
  );
  const source = serverSource({ server: await loadSourceServer(description), pools });
  const payload = await source.load({ previousMemberId: identifier?.value ?? '' });
  const got = payload.resources.map(({ resource }) => named(resource)).toSorted();
  const { resourceTypes } = await loadSourceServer(description);
  expect(got).toEqual(
    resources
      // A PractitionerRole refers to others, and nothing of these records refers to one.
      .filter(({ resourceType }) => resourceTypes.includes(resourceType) && resourceType !== 'PractitionerRole')
      .map(named)
      .toSorted(),
  );
  expect(got.length).toBeGreaterThan(80);
});
