import { continueAsNew, sleep, workflowInfo } from '@temporalio/workflow';

import { bookkeeping } from './policies.ts';

export interface SweepInput {
  readonly everyMs: number;
}

/**
 * Hands over again what people committed while Temporal could not be reached: deeds to their workflows, and batches that were
 * recorded and never started. One for each installation, for ever.
 */
export async function sweep(input: SweepInput): Promise<never> {
  while (!workflowInfo().continueAsNewSuggested) {
    await bookkeeping.sweepCommitted();
    await sleep(input.everyMs);
  }
  return continueAsNew<typeof sweep>(input);
}
