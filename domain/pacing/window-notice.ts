import type { PacingProfile } from '../../schemas/counterpart.ts';
import type { TransferState } from '../../schemas/states.ts';
import { dailyWindowOf, windowAt } from './daily-window.ts';

/** What the counterpart's hours mean for those who wait for it. */
export interface WindowNotice {
  /** ISO 8601, UTC. */
  readonly opensAt: string;
  /** What is waited for, in words. */
  readonly waitsFor: string;
}

/** What of a transfer tells whether it would make requests now. */
export interface Waiting {
  readonly state: TransferState;
  /** One with a refresh token is renewed when the window opens. */
  readonly token?: { readonly expiresAt: string; readonly refreshTokenId?: string };
}

/** Says when a counterpart that takes no requests at this moment takes them again; undefined where it takes them. */
export function windowNotice(pacing: PacingProfile, nowMs: number): WindowNotice | undefined {
  const window = dailyWindowOf(pacing);
  const state = window && windowAt(window, nowMs);
  if (state?.kind !== 'closed') return undefined;
  const opensAt = new Date(state.opensAtMs).toISOString();
  const hours = `${pacing.window ?? ''} ${pacing.timeZone ?? ''}`;
  return { opensAt, waitsFor: `the counterpart's daily window (${hours}), which opens at ${opensAt}` };
}

/** The same for one transfer: only where it would make requests, and with what becomes of its token meanwhile. */
export function windowNoticeOf(
  pacing: PacingProfile,
  { state, token }: Waiting,
  nowMs: number,
): WindowNotice | undefined {
  const requests = state === 'sending' || state === 'reading' || state === 'token-waiting';
  if (!requests || token === undefined) return undefined;
  const renewable = token.refreshTokenId !== undefined;
  if (!renewable && Date.parse(token.expiresAt) <= nowMs) return undefined;
  const notice = windowNotice(pacing, nowMs);
  if (notice === undefined || renewable || token.expiresAt >= notice.opensAt) return notice;
  const then = state === 'reading' ? 'then the member is asked for another one' : 'ask the counterpart for another one';
  return { ...notice, waitsFor: `${notice.waitsFor}; its access token ends before, at ${token.expiresAt}: ${then}` };
}
