import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { BatchId } from '../../schemas/ids.ts';
import type { World } from './open-world.ts';

interface Manifest {
  readonly output: readonly {
    readonly type: string;
    readonly url: string;
    readonly count: number;
    readonly sha256: string;
  }[];
}

/** Waits until a receive batch is closed; the manifest of what it delivered. */
export async function untilDelivered({ dataDir }: World, batchId: BatchId): Promise<Manifest> {
  for (;;) {
    const { closedAt } = await dataDir.ledger.batches.get(batchId);
    if (closedAt !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return JSON.parse(await readFile(join(dataDir.paths.deliveries, batchId, 'manifest.json'), 'utf8')) as Manifest;
}
