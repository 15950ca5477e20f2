import type { LeaseHolder } from '../adapters/ledger/leases.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** The place of one member among those in flight at a counterpart. */
export interface MemberLease {
  /** False once it has run out: others may be in flight instead. */
  held(): boolean;
  leave(): Promise<void>;
}

/** A lease that was granted, renewed three times in its life until it is left. A worker that dies lets it run out. */
export function openLease(
  { ledger, clock }: Pick<ActivityDependencies, 'ledger' | 'clock'>,
  who: LeaseHolder,
  { leaseMs, expiresAtMs }: { readonly leaseMs: number; readonly expiresAtMs: number },
): MemberLease {
  let heldUntilMs = expiresAtMs;
  const renew = async (): Promise<void> => {
    const now = clock();
    // A ledger that cannot be reached now may be by the next time; till then the lease runs on.
    const renewed = await ledger.leases.renew(who, now + leaseMs, now).catch(() => undefined);
    if (renewed !== undefined) heldUntilMs = renewed ? now + leaseMs : 0;
  };
  const timer = setInterval(() => void renew(), leaseMs / 3);
  return {
    held: () => clock() < heldUntilMs,
    async leave() {
      clearInterval(timer);
      await ledger.leases.leave(who);
    },
  };
}
