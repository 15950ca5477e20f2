import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { parseExact } from '../../domain/payload/exact-json.ts';
import { mapReferences } from '../../domain/payload/map-references.ts';
import { deterministicUuid } from '../../fixtures/deterministic-uuid.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import type { FhirResource } from '../../schemas/fhir.ts';

/** The official US Core packages, a folder for each version with its `examples/`; see CONTRIBUTING.md, "Tests". */
const usCoreDirectory = process.env['US_CORE_DIR'] ?? join(import.meta.dirname, '../../../shared/us-core');

/** False where the examples are not at hand; said, so that nobody takes a skipped test for a passed one. */
export function usCoreIsThere(version: string): boolean {
  const there = existsSync(join(usCoreDirectory, version, 'examples'));
  if (!there) process.stderr.write(`SKIPPED: no US Core ${version} examples; set US_CORE_DIR to run this test.\n`);
  return there;
}

/** A Patient of the examples, and everything that belongs with it. */
export interface ExampleMember {
  readonly patient: FhirResource;
  readonly resources: readonly FhirResource[];
}

/**
 * The examples by patient: whatever refers to the Patient, and what that refers to in turn. What belongs to no patient at all goes to
 * the one with the most resources, so that every example is sent once or more. Numbers as they are written.
 */
export function exampleMembers(version: string): readonly ExampleMember[] {
  const directory = join(usCoreDirectory, version, 'examples');
  const examples = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => parseExact(readFileSync(join(directory, name), 'utf8')) as FhirResource);
  const byName = new Map(examples.map((one) => [nameOf(one), one]));
  const members = examples
    .filter(({ resourceType }) => resourceType === 'Patient')
    .map((patient) => ({ patient, names: new Set([nameOf(patient)]) }));
  for (const { patient, names } of members) {
    const own = examples.filter((one) => referencesOf(one).includes(nameOf(patient)));
    for (const waiting = [...own]; waiting.length > 0;) {
      const one = waiting.pop()!;
      if (names.has(nameOf(one)) || one.resourceType === 'Patient') continue;
      names.add(nameOf(one));
      waiting.push(...referencesOf(one).flatMap((name) => byName.get(name) ?? []));
    }
  }
  const [largest] = members.toSorted((a, b) => b.names.size - a.names.size);
  const taken = new Set(members.flatMap(({ names }) => [...names]));
  for (const name of byName.keys()) if (!taken.has(name)) largest?.names.add(name);
  return members.map(({ patient, names }) => ({
    patient,
    resources: [...names].toSorted().map((name) => byName.get(name)!),
  }));
}

/** The shapes in which a record can be handed over, each with how its files are written. */
const shapes = {
  collection: (path, resources) => writeFile(`${path}.json`, bundleOf('collection', resources, nameOf)),
  'transaction-gz': (path, resources) => writeFile(`${path}.json.gz`, gzipSync(transactionOf(resources))),
  searchset: (path, resources) => writeFile(`${path}.json`, bundleOf('searchset', resources, absoluteUrl)),
  ndjson: (path, resources) => writeFile(`${path}.ndjson`, ndjsonOf(resources)),
  folder: async (path, resources) => {
    await mkdir(path);
    for (const type of new Set(resources.map(({ resourceType }) => resourceType))) {
      const text = ndjsonOf(resources.filter(({ resourceType }) => resourceType === type));
      // Half of them packed, as bulk exports come.
      if (type < 'M') await writeFile(join(path, `${type}.ndjson`), text);
      else await writeFile(join(path, `${type}.ndjson.gz`), gzipSync(text));
    }
  },
} as const satisfies Record<string, (path: string, resources: readonly FhirResource[]) => Promise<void>>;

export type Shape = keyof typeof shapes;

/** Writes every member in every shape, each as a member of its own who is found by member id, and their roster. */
export async function writeExampleMembers(directory: string, members: readonly ExampleMember[]) {
  await mkdir(directory, { recursive: true });
  const rows: { readonly patientId: string; readonly shape: Shape; readonly previousMemberId: string }[] = [];
  const lines = [];
  for (const [index, { patient, resources }] of members.entries()) {
    for (const [place, [shape, write]] of Object.entries(shapes).entries()) {
      const previousMemberId = `E${index}${place}`;
      await write(join(directory, previousMemberId), resources);
      rows.push({ patientId: patient.id ?? '', shape: shape as Shape, previousMemberId });
      lines.push({
        row_id: `row-${index}-${place}`,
        ...namesOf(patient),
        birth_date: String(patient['birthDate']),
        previous_member_id: previousMemberId,
        zip: '48104',
        email: '',
        source: '',
      });
    }
  }
  const rosterFile = join(directory, 'roster.csv');
  await writeFile(rosterFile, rosterCsv(lines));
  return { rosterFile, rows };
}

function namesOf(patient: FhirResource): { readonly family: string; readonly given: string } {
  const [name] = patient['name'] as readonly { readonly family: string; readonly given: readonly string[] }[];
  return { family: name?.family ?? '', given: name?.given[0] ?? '' };
}

const nameOf = ({ resourceType, id }: FhirResource): string => `${resourceType}/${id}`;
const absoluteUrl = (one: FhirResource): string => `https://previous.example/fhir/${nameOf(one)}`;

function referencesOf(resource: FhirResource): readonly string[] {
  const found: string[] = [];
  mapReferences(resource, (reference, key) => {
    if (key === 'reference') found.push(reference);
    return reference;
  });
  return found;
}

function ndjsonOf(resources: readonly FhirResource[]): string {
  return resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
}

function bundleOf(type: string, resources: readonly FhirResource[], fullUrl: (one: FhirResource) => string): string {
  const entry = resources.map((resource) => ({ fullUrl: fullUrl(resource), resource }));
  return JSON.stringify({ resourceType: 'Bundle', type, entry });
}

/** With `urn:uuid` full URLs, and references to what is in the Bundle by them. */
function transactionOf(resources: readonly FhirResource[]): string {
  const urns = new Map(resources.map((one) => [nameOf(one), `urn:uuid:${deterministicUuid(nameOf(one))}`]));
  const linked = resources.map((one) => mapReferences(one, (reference) => urns.get(reference) ?? reference));
  return bundleOf('transaction', linked, (one) => urns.get(nameOf(one))!);
}
