import { noResources, type ResourceCounts } from '../../schemas/counts.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import type { SecretId } from '../../schemas/ids.ts';
import type { EarlierTransfer, LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { TransferState } from '../../schemas/states.ts';
import { noWrites, type WriteAccount } from './write-account.ts';

/** The token that a transfer may use now. */
export interface CurrentToken {
  readonly secretId: SecretId;
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** Where it posts to, if not to what the profile said at the launch. */
  readonly fhirBaseUrl?: string;
  /** Receive: what gets the next one without the member. */
  readonly refreshTokenId?: SecretId;
}

/** How far the removal of a transfer's sealed objects is. `kept-since`: something was kept after it, by a late answer. */
export interface PurgeState {
  readonly round: number;
  readonly state: 'begun' | 'done' | 'kept-since';
}

/** Everything that follows from a transfer's events and that is asked for often. Never holds PHI. */
export interface TransferProjection {
  readonly state: TransferState;
  /** The state to go back to after a pause. */
  readonly pausedFrom?: TransferState;
  readonly cancelRequested: boolean;
  readonly reason?: FailureCode;
  /** Why in words without data, and where in the roster. */
  readonly detail?: string;
  readonly line: number;
  readonly column?: string;
  readonly counts: ResourceCounts;
  readonly withheldByReason: Readonly<Record<string, number>>;
  readonly bundles: number;
  /** Which member-info mail or authorization link is the current one. */
  readonly revision: number;
  readonly token?: CurrentToken;
  readonly writes: WriteAccount;
  /** A part of the unknowns is to be resent; it goes out once the others are decided, too. */
  readonly resendDecided?: true;
  /** Receive: how many resources came; then what was stored, never kept, and came again. */
  readonly read: number;
  readonly readAgain: number;
  readonly stored: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<string, number>>;
  /** Of an update: the transfer that it follows, and how many resources came unchanged. */
  readonly earlier?: EarlierTransfer;
  readonly unchanged?: number;
  readonly purge?: PurgeState;
}

export const initialProjection: TransferProjection = {
  state: 'recorded',
  cancelRequested: false,
  line: 0,
  counts: noResources,
  withheldByReason: {},
  bundles: 0,
  revision: 0,
  writes: noWrites,
  read: 0,
  readAgain: 0,
  stored: {},
  dropped: {},
  findings: {},
};

/** The body of events of these kinds. */
export type Body<Kind extends LedgerEventBody['kind']> = Extract<LedgerEventBody, { kind: Kind }>;

/** Findings are counted by name. */
export function plus(
  counts: Readonly<Record<string, number>>,
  key: string,
  more: number,
): Readonly<Record<string, number>> {
  return more === 0 ? counts : { ...counts, [key]: (counts[key] ?? 0) + more };
}
