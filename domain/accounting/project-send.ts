import type { NewLedgerEvent } from '../../schemas/ledger-events.ts';
import type { TransferState } from '../../schemas/states.ts';
import { type Body, plus, type TransferProjection } from './transfer-projection.ts';
import {
  acceptUnknowns,
  answerTry,
  beginTry,
  releaseTry,
  resendUnknowns,
  unknownOrdinals,
  withholdOpen,
  type WriteAccount,
} from './write-account.ts';

/** What happens to a transfer that sends. */
type SendBody = Body<
  | 'prepared'
  | 'mail-attempted'
  | 'mail-answered'
  | 'approval-requested'
  | 'approval-decided'
  | 'resubmitted'
  | 'token-received'
  | 'attempted'
  | 'answered'
  | 'unsent'
  | 'lost'
  | 'withheld-later'
  | 'unknowns-found'
  | 'unknowns-decided'
>;

/** As `projectEvent`, for the events of sending. */
export function projectSend(
  projection: TransferProjection,
  body: SendBody,
  { subject, tryNumber }: Pick<NewLedgerEvent, 'subject' | 'tryNumber'>,
): TransferProjection {
  switch (body.kind) {
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
      return projection;
    case 'mail-answered':
      return withFindings(projection, mailFindings(body));
    case 'withheld-later':
      return withheldLater(projection, body);
    case 'unknowns-found':
      return { ...projection, state: 'needs-decision' };
    case 'unknowns-decided':
      return unknownsDecided(projection, body);
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

/** A member who was not reached is an operator's business; that a reviewer was refused ends the transfer, and needs no finding. */
function mailFindings({ outcome, about, reminder }: Body<'mail-answered'>): readonly string[] {
  if (reminder !== undefined) return outcome === 'unknown' ? ['reminder-unknown'] : [];
  if (about === 'link') return outcome === 'unknown' || outcome === 'refused' ? [`link-mail-${outcome}`] : [];
  return outcome === 'unknown' ? ['mail-unknown'] : [];
}

/** The name of a try: one posting of (what is left of) one bundle. */
function tryKey(subject: string, tryNumber: number): string {
  return `${subject}#${tryNumber}`;
}

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
  const { goesOn = resends ? 'posting' : 'closing' } = body;
  return goesOn === 'posting' ? { ...decided, state: 'sending' } : decided;
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
