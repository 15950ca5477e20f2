import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { launchBatch } from '../../operations/launch-batch.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';

/** Records that another program wrote, where they are at hand; see README.md, "Tests". */
const records = process.env['SYNTHEA_DIR'] ?? join(import.meta.dirname, '../../../shared/members/synthea');
const present = existsSync(records);
if (!present) process.stderr.write('SKIPPED: no Synthea records; set SYNTHEA_DIR to run this test.\n');

interface SyntheticPatient {
  readonly id: string;
  readonly birthDate: string;
  readonly name: readonly { readonly family: string; readonly given: readonly string[] }[];
  readonly address?: readonly { readonly postalCode?: string }[];
}

let world: World;

beforeAll(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
});
afterAll(() => world.close());

function rosterOf(files: readonly string[]): string {
  const rows = files.map((file, index) => {
    const bundle = JSON.parse(readFileSync(join(records, file), 'utf8')) as {
      entry: readonly { resource: { resourceType: string } }[];
    };
    const found = bundle.entry.find(({ resource }) => resource.resourceType === 'Patient');
    if (found === undefined) throw new Error('a record without a Patient');
    const { birthDate, name, address, id } = found.resource as unknown as SyntheticPatient;
    const zip = address?.[0]?.postalCode ?? '02116';
    return [`row-${index + 1}`, name[0]?.family, name[0]?.given[0], birthDate, id.slice(0, 12), zip, file].join(',');
  });
  return ['row_id,family,given,birth_date,previous_member_id,zip,source', ...rows].join('\n');
}

test.runIf(present)(
  'twelve people whose records another program wrote are sent; the store holds exactly what the ledger says',
  async () => {
    const files = readdirSync(records).filter((name) => name.endsWith('.json'));
    const rosterFile = join(world.directory, 'roster', 'synthea.csv');
    await writeFile(rosterFile, rosterOf(files));
    await world.startWorker();
    const { batchId } = await launchBatch(world.operator, {
      direction: 'send',
      profile: world.profile,
      rosterFile,
      sourceDir: records,
      again: false,
    });
    await untilEnded(world, batchId);

    const { byState, counts } = await world.dataDir.ledger.transfers.progress(batchId);
    expect(byState).toEqual({ sent: files.length });
    const { stored, confirmed } = await judgeBatch(world, batchId, { exact: true });
    expect({ stored, confirmed }).toEqual({ stored: counts.confirmed, confirmed: counts.confirmed });
    expect(counts.resources).toBe(counts.confirmed + counts.withheld + counts.repeats);
    const store = await world.admin.store();
    expect(store.length).toBe(counts.confirmed);
    expect(store.filter(({ type }) => ['Claim', 'ExplanationOfBenefit'].includes(type))).toEqual([]);
    process.stderr.write(
      `Synthea: ${files.length} people, ${counts.resources} resources, ${counts.confirmed} confirmed, ${counts.withheld} withheld.\n`,
    );
  },
);
