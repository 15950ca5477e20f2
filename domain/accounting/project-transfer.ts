import type { SecretId } from '../../schemas/ids.ts';
import type { NewLedgerEvent } from '../../schemas/ledger-events.ts';
import { isEndState } from '../../schemas/states.ts';
import { projectReceive } from './project-receive.ts';
import { projectSend } from './project-send.ts';
import { type Body, plus, type TransferProjection } from './transfer-projection.ts';

/** Folds one more event into what is known of a transfer. Pure; the ledger runs it in the transaction that appends the event. */
export function projectEvent(projection: TransferProjection, event: NewLedgerEvent): TransferProjection {
  const next = keptSince(keepPause(projection, applyBody(projection, event), event), event);
  // A late answer may still settle a try of a closed transfer, but never reopens it.
  return isEndState(projection.state) && next.state !== projection.state ? { ...next, state: projection.state } : next;
}

/** A late answer may be kept after everything else of the transfer was removed. */
function keptSince(projection: TransferProjection, { body }: NewLedgerEvent): TransferProjection {
  const { purge } = projection;
  if (purge === undefined || body.kind !== 'answered' || body.answerObject === undefined) return projection;
  return { ...projection, purge: { ...purge, state: 'kept-since' } };
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

function applyBody(projection: TransferProjection, { body, ...event }: NewLedgerEvent): TransferProjection {
  switch (body.kind) {
    case 'recorded':
      return { ...projection, line: body.line, ...(body.earlier !== undefined && { earlier: body.earlier }) };
    case 'token-ended':
      return tokenEnded(projection, body.secretId);
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
    case 'purge-attempted':
      return { ...projection, purge: { round: event.tryNumber, state: 'begun' } };
    case 'purged':
      return { ...projection, purge: { round: event.tryNumber, state: 'done' } };
    case 'link-issued':
    case 'link-reissued':
    case 'authorized':
    case 'authorization-denied':
    case 'exchange-attempted':
    case 'kept-token-destroyed':
    case 'exchange-answered':
    case 'refresh-attempted':
    case 'refresh-answered':
    case 'patient-compared':
    case 'page-read':
    case 'stored':
      return projectReceive(projection, body);
    case 'prepared':
    case 'mail-attempted':
    case 'mail-answered':
    case 'approval-requested':
    case 'approval-decided':
    case 'resubmitted':
    case 'token-received':
    case 'attempted':
    case 'answered':
    case 'unsent':
    case 'lost':
    case 'withheld-later':
    case 'unknowns-found':
    case 'unknowns-decided':
      return projectSend(projection, body, event);
  }
}

function tokenEnded(projection: TransferProjection, secretId: SecretId): TransferProjection {
  if (projection.token?.secretId !== secretId) return projection;
  const { token: _ended, ...rest } = projection;
  return rest.state === 'sending' ? { ...rest, state: 'token-waiting' } : rest;
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
