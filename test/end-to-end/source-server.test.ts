import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { loadSourceServer } from '../../adapters/source/server/load-source-server.ts';
import { generateMember } from '../../fixtures/generate-member.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { writeDescription, writeKey } from '../support/source-files.ts';
import { openFhirSource, type FhirSource, type Kept } from '../support/source-server.ts';

const members = [0, 1].map((index) => generateMember({ seed: 11, index, size: 40 }));
let world: World;
let fhir: FhirSource;

beforeAll(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
  const publicKey = await writeKey(world.directory);
  const records = members.map(({ record, resources }) => {
    const kept = resources as unknown as readonly Kept[];
    const patientId = kept.find(({ resourceType }) => resourceType === 'Patient')?.id ?? '';
    return { identifier: record.previousMemberId, patientId, resources: kept };
  });
  fhir = await openFhirSource({ records, publicKey, pageSize: 10 });
});
afterAll(async () => {
  await world.close();
  await fhir.close();
});

test('members whose records are on a FHIR server of ours are sent whole, and one whom it does not know is not', async () => {
  const rosterFile = join(world.directory, 'roster', 'roster.csv');
  const rows = [...members, generateMember({ seed: 11, index: 2, size: 40 })].map(({ record }, index) => ({
    row_id: `row-${index}`,
    family: record.family,
    given: record.given,
    birth_date: record.birthDate,
    previous_member_id: record.previousMemberId,
    zip: record.zip,
    email: '',
    source: '',
  }));
  await writeFile(rosterFile, rosterCsv(rows));
  const sourceServer = await loadSourceServer(await writeDescription(world.directory, fhir));
  await world.startWorker();
  const launch = { direction: 'send', profile: world.profile, rosterFile, sourceServer, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilEnded(world, batchId);

  const { ledger } = world.dataDir;
  const { byState, counts } = await ledger.transfers.progress(batchId);
  expect(byState).toEqual({ sent: 2, failed: 1 });
  expect(counts.confirmed).toBeGreaterThan(0);
  expect(counts.confirmed + counts.withheld + counts.repeats).toBe(counts.resources);
  expect(counts.resources).toBe(members.reduce((sum, { resources }) => sum + resources.length, 0));
  expect((await judgeBatch(world, batchId, { exact: true })).stored).toBe(counts.confirmed);
  // The members shared one token, and their records came in several pages.
  expect(fhir.granted).toHaveLength(1);
  expect(fhir.seen.filter(({ url }) => url.includes('_from=')).length).toBeGreaterThan(0);
});
