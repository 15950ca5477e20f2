// The memory of writing a delivery, for batches of different size: node bench/delivery-memory.ts [--members 500,3000] [--resources 100]
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { generateMember } from '../fixtures/generate-member.ts';
import { startChild } from '../test/support/child.ts';
import { storedBatch, type TestRow } from '../test/support/stored-batch.ts';
import { loadNow } from './process-cpu.ts';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '500,3000' },
    resources: { type: 'string', default: '100' },
  },
});

interface Delivered {
  readonly resources: number;
  readonly seconds: number;
  readonly peakMiB: number;
}

for (const members of values.members.split(',').map(Number)) {
  const batch = await storedBatch(Array.from({ length: members }, (_, index) => rowOf(index)));
  try {
    const args = [batch.dataDir.paths.root, batch.batchId, join(batch.dir, 'delivery')];
    const child = await startChild(join(import.meta.dirname, 'deliver-once.ts'), args, '/dev/null');
    const { resources, seconds, peakMiB } = JSON.parse(child.firstLine) as Delivered;
    await child.ended;
    const speed = (resources / seconds).toFixed(0);
    process.stdout.write(
      `${members} members, ${resources} resources: peak ${peakMiB.toFixed(0)} MiB, ${speed} resources/s; load ${loadNow()}\n`,
    );
  } finally {
    await batch.close();
  }
}

/** Forty different records, in turn: what is in them does not matter here. */
function rowOf(index: number): TestRow {
  const { resources } = generateMember({ seed: 9, index: index % 40, size: Number(values.resources) });
  return { rowId: `row-${index}`, record: resources };
}
