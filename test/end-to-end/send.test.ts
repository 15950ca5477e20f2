import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { writeDemo } from '../../fixtures/write-demo.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { historyFacts } from '../support/history-facts.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
});
afterAll(() => world.close());

test('a roster is sent whole: every row ends, every resource is confirmed or withheld, and the journal holds each once', async () => {
  const demo = await writeDemo({ dir: join(world.directory, 'roster'), seed: 7, members: 3 });
  await world.startWorker();
  const { batchId } = await launchBatch(world.operator, {
    direction: 'send',
    profile: world.profile,
    rosterFile: demo.rosterFile,
    again: false,
  });
  await untilEnded(world, batchId);

  const { ledger } = world.dataDir;
  const { rows, byState, counts } = await ledger.transfers.progress(batchId);
  expect({ rows, byState }).toEqual({ rows: 3, byState: { sent: 3 } });
  expect(counts.unknown + counts.refused + counts.open).toBe(0);
  expect(counts.confirmed + counts.withheld + counts.repeats).toBe(counts.resources);
  expect((await judgeBatch(world, batchId, { exact: true })).stored).toBe(counts.confirmed);
  for (const { transferId } of await ledger.transfers.list({ batchId })) {
    const facts = await historyFacts(world, transferId);
    process.stderr.write(`${JSON.stringify(facts)}\n`);
    expect(facts.events).toBeLessThanOrEqual(40);
    expect(facts.activities).toBeLessThanOrEqual(3);
  }
});
