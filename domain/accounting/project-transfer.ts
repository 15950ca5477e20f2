import { noResources, type ResourceCounts } from '../../schemas/counts.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import type { SecretId } from '../../schemas/ids.ts';
import type { LedgerEventBody, NewLedgerEvent } from '../../schemas/ledger-events.ts';
import { isEndState, type TransferState } from '../../schemas/states.ts';
import {
  acceptUnknowns,
  answerTry,
  beginTry,
  noWrites,
  releaseTry,
  resendUnknowns,
  unknownOrdinals,
  withholdOpen,
  type WriteAccount,
} from './write-account.ts';

/** The token that a transfer may use now. */
export interface CurrentToken {
  readonly secretId: SecretId;
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** Where it posts to, if not to what the profile said at the launch. */
  readonly fhirBaseUrl?: string;
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

/** Folds one more event into what is known of a transfer. Pure; the ledger runs it in the transaction that appends the event. */
export function projectEvent(projection: TransferProjection, event: NewLedgerEvent): TransferProjection {
  const next = keepPause(projection, applyBody(projection, event), event);
  // A late answer may still settle a try of a closed transfer, but never reopens it.
  return isEndState(projection.state) && next.state !== projection.state ? { ...next, state: projection.state } : next;
}

/** What happens meanwhile does not end a pause; it only changes where a resumed transfer stands. */
function keepPause(
  before: TransferProjection,
  after: TransferProjection,
  { body }: NewLedgerEvent,
): TransferProjection {
  const ends = body.kind === 'resumed' || body.kind === 'closed' || body.kind === 'unknowns-found';
  if (before.state !== 'paused' || after.state === 'paused' || ends) return after;
  return { ...after, state: 'paused', pausedFrom: after.state };
}

function applyBody(projection: TransferProjection, { body, subject, tryNumber }: NewLedgerEvent): TransferProjection {
  switch (body.kind) {
    case 'recorded':
      return { ...projection, line: body.line };
    case 'prepared':
      return prepared(projection, body);
    case 'approval-requested':
      return { ...projection, state: afterRequest(projection.state), revision: body.revision };
    case 'approval-decided':
      return { ...projection, state: stateAfterReview[body.decision] };
    case 'resubmitted':
      return { ...projection, revision: body.revision };
    case 'token-received':
      return tokenReceived(projection, body);
    case 'token-ended':
      return tokenEnded(projection, body.secretId);
    case 'attempted':
      return write(
        { ...projection, state: 'sending' },
        beginTry(projection.writes, tryKey(subject, tryNumber), body.ordinals),
      );
    case 'answered':
      return withFindings(
        write(projection, answerTry(projection.writes, tryKey(subject, tryNumber), body.entries)),
        body.findings ?? [],
      );
    case 'unsent':
      return write(projection, releaseTry(projection.writes, tryKey(subject, tryNumber)));
    case 'lost':
    case 'mail-attempted':
    case 'exchange-attempted':
      return projection;
    case 'mail-answered':
      return body.outcome === 'unknown' ? withFindings(projection, ['mail-unknown']) : projection;
    case 'withheld-later':
      return withheldLater(projection, body);
    case 'unknowns-found':
      return { ...projection, state: 'needs-decision' };
    case 'unknowns-decided':
      return unknownsDecided(projection, body);
    case 'link-issued':
      return { ...projection, state: 'link-issued', revision: body.revision };
    case 'authorized':
      return { ...projection, state: 'authorized' };
    case 'authorization-denied':
      return { ...projection, reason: 'AUTHORIZATION_DENIED' };
    case 'exchange-answered':
      return exchangeAnswered(projection, body);
    case 'page-read':
      return {
        ...projection,
        read: projection.read + body.resources + body.dropped,
        dropped: plus(projection.dropped, body.resourceType, body.dropped),
      };
    case 'stored':
      return { ...projection, stored: body.countsByType, dropped: body.dropped, readAgain: body.repeats };
    case 'paused':
      return projection.state === 'paused'
        ? projection
        : { ...projection, pausedFrom: projection.state, state: 'paused' };
    case 'resumed':
      return projection.state === 'paused' ? { ...projection, state: projection.pausedFrom ?? 'recorded' } : projection;
    case 'cancel-requested':
      return { ...projection, cancelRequested: true };
    case 'finding':
      return { ...projection, findings: plus(projection.findings, body.finding, body.count) };
    case 'closed':
      return closed(projection, body);
  }
}

/** The answer may be quicker than our own note that the mail has left; then it stands. */
function afterRequest(state: TransferState): TransferState {
  return state === 'token-waiting' ? state : 'approval-requested';
}

const stateAfterReview = {
  approve: 'token-waiting',
  changes: 'changes-requested',
  clarify: 'clarification-requested',
  refuse: 'approval-requested',
} as const;

/** The name of a try: one posting of (what is left of) one bundle. */
function tryKey(subject: string, tryNumber: number): string {
  return `${subject}#${tryNumber}`;
}

type Body<Kind extends LedgerEventBody['kind']> = Extract<LedgerEventBody, { kind: Kind }>;

function prepared(projection: TransferProjection, { counts }: Body<'prepared'>): TransferProjection {
  return {
    ...projection,
    state: 'prepared',
    bundles: counts.bundles,
    withheldByReason: counts.withheldByReason,
    counts: {
      resources: counts.resources,
      open: counts.planned,
      confirmed: 0,
      refused: 0,
      unknown: 0,
      withheld: counts.withheld,
      repeats: counts.repeats,
    },
  };
}

function tokenReceived(projection: TransferProjection, body: Body<'token-received'>): TransferProjection {
  const { secretId, fingerprint, expiresAt, fhirBaseUrl } = body;
  const token = { secretId, fingerprint, expiresAt, ...(fhirBaseUrl !== undefined && { fhirBaseUrl }) };
  // A token is the counterpart's yes; it may arrive before anybody recorded the approval.
  const state =
    projection.state === 'paused' || projection.state === 'needs-decision' ? projection.state : 'token-waiting';
  return { ...projection, state, token };
}

function tokenEnded(projection: TransferProjection, secretId: SecretId): TransferProjection {
  if (projection.token?.secretId !== secretId) return projection;
  const { token: _ended, ...rest } = projection;
  return rest.state === 'sending' ? { ...rest, state: 'token-waiting' } : rest;
}

function exchangeAnswered(projection: TransferProjection, body: Body<'exchange-answered'>): TransferProjection {
  if (body.outcome !== 'granted' || body.accessTokenId === undefined) return projection;
  const token = {
    secretId: body.accessTokenId,
    fingerprint: body.fingerprint ?? '',
    expiresAt: body.expiresAt ?? '',
  };
  return { ...projection, state: 'reading', token };
}

function withheldLater(projection: TransferProjection, body: Body<'withheld-later'>): TransferProjection {
  const held = write(projection, withholdOpen(projection.writes, body.ordinals));
  return { ...held, withheldByReason: plus(held.withheldByReason, body.reason, body.ordinals.length) };
}

/** A decision about some of the unknowns leaves the transfer waiting for the others; with the last one it goes on, or closes. */
function unknownsDecided(projection: TransferProjection, body: Body<'unknowns-decided'>): TransferProjection {
  const decide = body.decision === 'resend' ? resendUnknowns : acceptUnknowns;
  const { resendDecided = false, ...decided } = write(projection, decide(projection.writes, body.ordinals));
  const resends = resendDecided || body.decision === 'resend';
  if (unknownOrdinals(decided.writes).length > 0) return resends ? { ...decided, resendDecided: true } : decided;
  return resends ? { ...decided, state: 'sending' } : decided;
}

function closed(projection: TransferProjection, body: Body<'closed'>): TransferProjection {
  return {
    ...projection,
    state: body.state,
    ...(body.reason === undefined ? {} : { reason: body.reason }),
    ...(body.detail === undefined ? {} : { detail: body.detail }),
    ...(body.place?.column === undefined ? {} : { column: body.place.column }),
  };
}

/** Puts a changed write account in place and moves the counts by the difference. */
function write(projection: TransferProjection, writes: WriteAccount): TransferProjection {
  const before = projection.writes.counts;
  const after = writes.counts;
  const settled = (counts: WriteAccount['counts']) =>
    counts.confirmed + counts.refused + counts.unknown + counts.withheld;
  return {
    ...projection,
    writes,
    counts: {
      ...projection.counts,
      open: projection.counts.open - (settled(after) - settled(before)),
      confirmed: after.confirmed,
      refused: after.refused,
      unknown: after.unknown,
      withheld: projection.counts.withheld + after.withheld - before.withheld,
    },
  };
}

function withFindings(projection: TransferProjection, findings: readonly string[]): TransferProjection {
  return findings.reduce((folded, finding) => ({ ...folded, findings: plus(folded.findings, finding, 1) }), projection);
}

function plus(counts: Readonly<Record<string, number>>, key: string, more: number): Readonly<Record<string, number>> {
  return more === 0 ? counts : { ...counts, [key]: (counts[key] ?? 0) + more };
}
