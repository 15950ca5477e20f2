import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { CounterpartProfile } from '../schemas/counterpart.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** The counterpart's pace, shared by every worker, batch and direction through one row of the ledger (design.md, rule 9). */
export interface Pace {
  /** Takes one request, in the transaction of what it is for. 0: it may go; else the milliseconds after which to ask again. */
  takeIn(ledger: Pick<LedgerActions, 'pacing'>): Promise<number>;
  /** Slows everybody at this counterpart. */
  slowDown(retryAfterMs: number): Promise<void>;
}

/** What was leased and not used is worth nothing after this time, so that a standstill is not followed by a burst. */
const leaseMs = 1_000;

/** The pace of a counterpart, as its frozen profile sets it. A member leases its share of a second's worth at a time. */
export function paceOf(
  { ledger, clock }: Pick<ActivityDependencies, 'ledger' | 'clock'>,
  { id, pacing: { requestsPerSecond, concurrentMembers } }: CounterpartProfile,
): Pace {
  const want = Math.max(1, Math.floor(requestsPerSecond / concurrentMembers));
  const pace = { requestsPerSecond, burst: Math.max(requestsPerSecond, 1), want };
  const leased = { count: 0, untilMs: 0 };
  const takeIn = async ({ pacing }: Pick<LedgerActions, 'pacing'>): Promise<number> => {
    if (leased.count === 0 || clock() >= leased.untilMs) {
      const { granted, waitMs } = await pacing.lease(id, pace, clock());
      leased.count = granted;
      leased.untilMs = clock() + leaseMs;
      if (granted === 0) return Math.min(Math.max(waitMs, 5), 1_000);
    }
    leased.count -= 1;
    return 0;
  };
  return {
    takeIn,
    slowDown: (retryAfterMs) => ledger.pacing.postpone(id, clock() + retryAfterMs),
  };
}
