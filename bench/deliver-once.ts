// Writes one delivery and says what it took: node bench/deliver-once.ts DATA_DIR BATCH FOLDER. Runs as its own process, so that its
// memory is its own.
import process from 'node:process';

import { openDataDir } from '../adapters/data-dir/open-data-dir.ts';
import { deliverBatch } from '../adapters/delivery/deliver-batch.ts';
import { folderTarget } from '../adapters/delivery/folder-target.ts';
import { asBatchId } from '../schemas/ids.ts';

const [root = '', batchId = '', folder = ''] = process.argv.slice(2);
const dataDir = await openDataDir(root);
const startedAt = performance.now();
const target = folderTarget(folder);
const { resources } = await deliverBatch({
  batchId: asBatchId(batchId),
  target,
  ledger: dataDir.ledger,
  objects: dataDir.objects,
  onMember: () => undefined,
});
const seconds = (performance.now() - startedAt) / 1000;
const peakMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ resources, seconds, peakMiB })}\n`);
await dataDir.close();
