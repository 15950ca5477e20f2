import {
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
  condition,
} from '@temporalio/workflow';

import type { Activities } from '../activities/index.ts';
import { lookNowSignal, type BatchProgress, type RunBatchInput } from '../schemas/transfer.ts';
import { bookkeeping } from './policies.ts';

/** A row of this batch may have ended: look now instead of at the next round. Only a hint; the ledger is what counts. */
const lookNow = defineSignal(lookNowSignal);

const firstRoundMs = 2_000;
const lastRoundMs = 10 * 60_000;
/** From this pause on, each round also asks Temporal whether the open transfers are still running. */
const reconcileFromMs = 30_000;

/**
 * One roster: starts a workflow for every row, learns their ends from the ledger (never from a million signals), then closes
 * the batch and, for a receive batch, writes its delivery. It never waits for the dead: slow rounds look for lost workflows.
 */
export async function runBatch(input: RunBatchInput): Promise<BatchProgress> {
  const hint = { given: false };
  setHandler(lookNow, () => {
    hint.given = true;
  });
  const work = proxyActivities<Activities>({
    startToCloseTimeout: '12 hours',
    heartbeatTimeout: input.heartbeatTimeoutMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });

  if (!input.launched) await work.launchTransfers({ batchId: input.batchId });
  for (let pauseMs = firstRoundMs; ; pauseMs = Math.min(pauseMs * 1.5, lastRoundMs)) {
    if (pauseMs >= reconcileFromMs) await work.reconcileBatch({ batchId: input.batchId });
    const progress = await bookkeeping.pollBatch({ batchId: input.batchId });
    if (progress.ended === progress.rows) break;
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof runBatch>({ ...input, launched: true });
    if (await condition(() => hint.given, pauseMs)) {
      hint.given = false;
      // Many rows end together: one look serves them all.
      await sleep(firstRoundMs / 4);
      pauseMs = firstRoundMs;
    }
  }
  if (input.direction === 'receive') await work.deliverBatch({ batchId: input.batchId });
  return bookkeeping.closeBatch({ batchId: input.batchId });
}
