import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { LeaseHolder } from '../adapters/ledger/leases.ts';
import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { CounterpartProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { TransferId } from '../schemas/ids.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { type MemberLease, openLease } from './member-lease.ts';
import type { SliceEnd, SliceLimits } from './slice-limits.ts';

export interface SliceToAdmit<Opened> {
  readonly transferId: TransferId;
  readonly profile: CounterpartProfile;
  readonly tokenEndsAtMs: number;
  /** What ends the waiting. */
  readonly limits: SliceLimits;
  /** What else is done in the transaction that lets the member in. */
  readonly opening: (ledger: LedgerActions) => Promise<Opened>;
}

export type Admission<Opened> =
  | { readonly kind: 'admitted'; readonly opened: Opened; readonly lease: MemberLease }
  | { readonly kind: 'ended'; readonly end: SliceEnd };

/** How often a member that waits asks again, and how long it keeps its slot of the worker while it does. */
const askAgainMs = 200;
const keepSlotMs = 10_000;
/** A place in the line is kept for one that asks again within this time. */
const lineMs = 2_000;
/** After this pause Temporal hands the slice out again, the member whose token dies first before the others. */
const comeBackMs = 1_000;

/**
 * Waits until the member may be in flight at its counterpart, for a while, in the slot of the worker. One that waits longer
 * gives the slot back and is tried again by Temporal, which costs no event of the history. Throws NOT_ADMITTED.
 */
export async function admitSlice<Opened>(
  deps: Pick<ActivityDependencies, 'ledger' | 'clock' | 'log' | 'stopping'>,
  slice: SliceToAdmit<Opened>,
): Promise<Admission<Opened>> {
  const { ledger, clock, log, stopping } = deps;
  const { transferId, profile } = slice;
  const who = { counterpartId: profile.id, transferId, holder: randomUUID() };
  // As long as a worker may be silent: then Temporal gives the member to another worker, too.
  const leaseMs = profile.heartbeatTimeoutMs;
  const givesUpAtMs = clock() + keepSlotMs;
  for (;;) {
    const now = clock();
    const asked = await ask(deps, slice, { who, now, leaseMs });
    if (asked.kind === 'admitted') {
      return { ...asked, lease: openLease(deps, who, { leaseMs, expiresAtMs: now + leaseMs }) };
    }
    if (asked.kind === 'ended' || now >= givesUpAtMs) {
      await ledger.leases.leave(who);
      if (asked.kind === 'ended' && asked.end.kind !== 'slice-ended') return asked;
      log.event('slice-waits', { transferId, counterpartId: profile.id });
      // Another worker takes the slices of one that stops.
      throw new CarryoverError('NOT_ADMITTED', '', {}, { retryAfterMs: stopping.aborted ? 0 : comeBackMs });
    }
    await sleep(askAgainMs);
  }
}

async function ask<Opened>(
  { ledger }: Pick<ActivityDependencies, 'ledger'>,
  { transferId, profile, tokenEndsAtMs, limits, opening }: SliceToAdmit<Opened>,
  { who, now, leaseMs }: { readonly who: LeaseHolder; readonly now: number; readonly leaseMs: number },
) {
  const { concurrentMembers } = profile.pacing;
  const expiry = { expiresAtMs: now + leaseMs, lineExpiresAtMs: now + lineMs };
  return ledger.atomically(async (actions) => {
    if (await actions.leases.admit({ ...who, concurrentMembers, tokenEndsAtMs, ...expiry }, now))
      return { kind: 'admitted', opened: await opening(actions) } as const;
    const end = limits.reasonToEnd((await actions.transfers.get(transferId)).projection);
    return end === undefined ? ({ kind: 'wait' } as const) : ({ kind: 'ended', end } as const);
  });
}
