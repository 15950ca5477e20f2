import { afterAll, beforeAll, expect, test } from 'vitest';

import { generateMember } from '../../fixtures/generate-member.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { writeDescription, writeKey } from '../support/source-files.ts';
import { openFhirSource, type FhirSource, type Kept } from '../support/source-server.ts';
import { newWorkplace, runCarryover, type Workplace } from './run-carryover.ts';

const members = [0, 1].map((index) => generateMember({ seed: 5, index, size: 40 }));
let place: Workplace;
let fhir: FhirSource;
let roster: string;
beforeAll(async () => {
  place = await newWorkplace();
  const publicKey = await writeKey(place.dir);
  const resources = (members[0]?.resources ?? []) as unknown as readonly Kept[];
  const patientId = resources.find(({ resourceType }) => resourceType === 'Patient')?.id ?? '';
  const identifier = members[0]?.record.previousMemberId ?? '';
  fhir = await openFhirSource({ records: [{ identifier, patientId, resources }], publicKey });
  const rows = members.map(({ record }, index) => ({
    row_id: `row-${index}`,
    family: record.family,
    given: record.given,
    birth_date: record.birthDate,
    previous_member_id: record.previousMemberId,
    zip: record.zip,
    email: '',
    source: '',
  }));
  roster = await place.file('roster.csv', rosterCsv(rows));
});
afterAll(async () => {
  await fhir.close();
  await place.remove();
});

const plan = (...args: string[]) =>
  runCarryover(['plan', '--roster', roster, '--counterpart', 'plan-a', '--data-dir', place.dataDir, ...args]);

test('plan reads the records from the source server, and says which row it has none for', async () => {
  const { exitCode, stdout } = await plan('--json', '--source-server', await writeDescription(place.dir, fhir));
  expect(exitCode).toBe(1);
  const { perRow } = JSON.parse(stdout) as { perRow: readonly object[] };
  expect(perRow).toMatchObject([{ outcome: 'planned' }, { outcome: 'refused', code: 'SOURCE_NOT_FOUND' }]);
});

test('plan ends where the server lets nobody in, and where the description is wrong or not the only source', async () => {
  // The assertion names this URL as its audience, which is not how the server writes its own.
  const unknownClient = await writeDescription(place.dir, { ...fhir, tokenUrl: `${fhir.origin}/token?` });
  expect((await plan('--source-server', unknownClient)).stderr).toContain('SOURCE_AUTH');
  const mistyped = await writeDescription(place.dir, fhir, 'page_sise = 5');
  const wrong = await plan('--source-server', mistyped);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('Did you mean page_size?');
  expect((await plan('--source-server', mistyped, '--source-dir', place.dir)).exitCode).toBe(2);
});
