import type { TransferProjection } from '../domain/accounting/transfer-projection.ts';
import { dailyWindowOf, windowAt } from '../domain/pacing/daily-window.ts';
import type { PacingProfile } from '../schemas/counterpart.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { Heartbeats } from './heartbeating.ts';
import type { MemberLease } from './member-lease.ts';

/** Why a slice ends between two requests though nothing went wrong. */
export type SliceEnd =
  | { readonly kind: 'slice-ended' | 'paused' | 'cancelled' }
  | { readonly kind: 'token-over' }
  /** Milliseconds since 1970. */
  | { readonly kind: 'window-closed'; readonly opensAtMs: number };

export interface SliceLimits {
  /** Looked at between two requests, the only place where a slice may end: none is ever torn. */
  reasonToEnd(projection: TransferProjection): SliceEnd | undefined;
}

export interface SliceTimes {
  readonly pacing: PacingProfile;
  /** No request begins after this. */
  readonly tokenEndsAtMs: number;
  /** When the slice reports back, whatever is left; never where left out. */
  readonly endsAtMs?: number;
  /** Its lease, once it has one: a worker that stood still for longer may not be alone in its place any more. */
  readonly lease?: Pick<MemberLease, 'held'>;
}

/** What ends a slice: people, the token's life, Temporal, the counterpart's hours, a worker that is to stop, its own time. */
export function sliceLimits(
  { clock, stopping }: Pick<ActivityDependencies, 'clock' | 'stopping'>,
  beat: Pick<Heartbeats, 'cancelled'>,
  { pacing, tokenEndsAtMs, endsAtMs = Number.POSITIVE_INFINITY, lease }: SliceTimes,
): SliceLimits {
  const closed = closedWindow(pacing);
  return {
    reasonToEnd({ cancelRequested, state }) {
      const now = clock();
      if (cancelRequested) return { kind: 'cancelled' };
      if (state === 'paused') return { kind: 'paused' };
      if (now >= tokenEndsAtMs) return { kind: 'token-over' };
      if (beat.cancelled) return { kind: 'cancelled' };
      const over = stopping.aborted || now >= endsAtMs || lease?.held() === false;
      return closed(now) ?? (over ? { kind: 'slice-ended' } : undefined);
    },
  };
}

/** Asks the calendar once, and then only when the window has closed. */
function closedWindow(pacing: PacingProfile): (nowMs: number) => SliceEnd | undefined {
  const window = dailyWindowOf(pacing);
  if (window === undefined) return () => undefined;
  let closesAtMs = 0;
  return (nowMs) => {
    if (nowMs < closesAtMs) return undefined;
    const state = windowAt(window, nowMs);
    if (state.kind === 'closed') return { kind: 'window-closed', opensAtMs: state.opensAtMs };
    closesAtMs = state.closesAtMs;
    return undefined;
  };
}
