import { setTimeout as sleep } from 'node:timers/promises';

import type { StatusDocument } from './cli-documents.ts';
import type { Run } from './run.ts';

const pauseMs = 400;

/** Asks `carryover status` again and again, shows it, and lets `each` act on it, until `done`. Ends with the run's signal at the latest. */
export async function followBatch(
  { carryover, progress, signal }: Run,
  batchId: string,
  done: (status: StatusDocument) => boolean,
  each: (status: StatusDocument) => Promise<void> = async () => undefined,
): Promise<StatusDocument> {
  for (;;) {
    const status = await carryover<StatusDocument>(['status', batchId]);
    progress.update(status);
    if (done(status)) return status;
    await each(status);
    await sleep(pauseMs, undefined, { signal });
  }
}

/** True where every row has its end and, for a batch that receives, the delivery is written. */
export function isClosed({ closedAt }: StatusDocument): boolean {
  return closedAt !== null;
}
