import { setTimeout as sleep } from 'node:timers/promises';

import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { BatchId } from '../schemas/ids.ts';
import type { Output } from './output.ts';

const pollEveryMs = 500;

/** How following a batch ended: it is done, the time was over, or a person pressed Ctrl-C. */
export type Followed = 'ended' | 'time-over' | 'detached';

/** Shows from the ledger how a batch goes on, until its last row ended and it is closed. The work does not depend on this. */
export async function followBatch(
  { ledger, out }: { readonly ledger: Ledger; readonly out: Output },
  batchId: BatchId,
  waitMs: number | undefined,
): Promise<Followed> {
  const tell = teller(out);
  const detach = new AbortController();
  const onInterrupt = () => detach.abort();
  process.once('SIGINT', onInterrupt);
  const untilMs = waitMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + waitMs;
  try {
    for (;;) {
      if (await hasEnded(ledger, tell, batchId)) return 'ended';
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) return 'time-over';
      await sleep(Math.min(pollEveryMs, leftMs), undefined, { signal: detach.signal });
    }
  } catch (error) {
    if (detach.signal.aborted) return 'detached';
    throw error;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    out.endProgress();
  }
}

/** A bar on a terminal; elsewhere a line whenever something has changed. */
function teller(out: Output): (text: string) => void {
  if (process.stderr.isTTY) return (text) => out.progress(text);
  let told = '';
  return (text) => {
    if (text !== told) out.note(text);
    told = text;
  };
}

async function hasEnded(ledger: Ledger, tell: (text: string) => void, batchId: BatchId): Promise<boolean> {
  const { rows, ended, byState } = await ledger.transfers.progress(batchId);
  const states = Object.entries(byState).map(([state, count]) => `${count} ${state}`);
  tell(`${ended} of ${rows} rows ended${states.length === 0 ? '' : `: ${states.join(', ')}`}`);
  const { launched, closedAt } = await ledger.batches.get(batchId);
  // The batch is closed last: a receive batch has its delivery then.
  return launched && ended === rows && closedAt !== undefined;
}
