import { deliverDeeds } from '../../adapters/temporal/deliver-deeds.ts';
import { startRecordedBatches } from '../../adapters/temporal/start-batch.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Starts the batches that were only recorded, and signals the deeds that were only committed. */
export function sweepCommitted(deps: ActivityDependencies) {
  return async (): Promise<void> => {
    await startRecordedBatches(deps);
    await deliverDeeds(deps, {});
  };
}
