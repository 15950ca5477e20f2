import { setTimeout as sleep } from 'node:timers/promises';

import type { CounterpartProfile } from '../schemas/counterpart.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** The counterpart's pace, shared by every worker, batch and direction through one row of the ledger (design.md, rule 9). */
export interface Pace {
  /** Waits until one more request may go. */
  take(): Promise<void>;
  /** Slows everybody at this counterpart. */
  slowDown(retryAfterMs: number): Promise<void>;
}

/** The pace of a counterpart, as its frozen profile sets it. */
export function paceOf(
  { ledger, clock }: Pick<ActivityDependencies, 'ledger' | 'clock'>,
  { id, pacing: { requestsPerSecond } }: CounterpartProfile,
): Pace {
  const pace = { requestsPerSecond, burst: Math.max(requestsPerSecond, 1), want: 1 };
  return {
    async take() {
      for (;;) {
        const { granted, waitMs } = await ledger.pacing.lease(id, pace, clock());
        if (granted > 0) return;
        await sleep(Math.min(Math.max(waitMs, 5), 1_000));
      }
    },
    slowDown: (retryAfterMs) => ledger.pacing.postpone(id, clock() + retryAfterMs),
  };
}
