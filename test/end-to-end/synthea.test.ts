import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { openWorld, type World } from '../support/open-world.ts';
import { sendWhole } from '../support/send-whole.ts';
import { syntheaDirectory, syntheaFiles, syntheaIsThere, syntheaRoster } from '../support/synthea-people.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
});
afterAll(() => world.close());

test.runIf(syntheaIsThere())(
  'twelve people whose records another program wrote are sent; the store holds exactly what the ledger says',
  async () => {
    const files = syntheaFiles();
    const rosterFile = join(world.directory, 'roster', 'synthea.csv');
    await writeFile(rosterFile, syntheaRoster(files));
    await world.startWorker();
    const { batchId, byState, counts } = await sendWhole(world, { rosterFile, sourceDir: syntheaDirectory });
    expect(byState).toEqual({ sent: files.length });
    expect(counts.refused).toBe(0);
    const store = await world.admin.store();
    expect(store.filter(({ type }) => ['Claim', 'ExplanationOfBenefit'].includes(type))).toEqual([]);
    const transfers = await world.dataDir.ledger.transfers.list({ batchId });
    const reasons = new Set(transfers.flatMap(({ projection }) => Object.keys(projection.withheldByReason)));
    expect([...reasons].toSorted()).toEqual(['not-clinical', 'type-not-accepted']);
    process.stderr.write(
      `Synthea: ${files.length} people, ${counts.resources} resources, ${counts.confirmed} confirmed, ${counts.withheld} withheld.\n`,
    );
  },
);
