import { randomUUID } from 'node:crypto';

import type { NewDeed } from '../adapters/ledger/deeds.ts';
import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { unknownResources } from '../domain/accounting/unknown-resources.ts';
import { unknownOrdinals } from '../domain/accounting/write-account.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asDeedId, asObjectKey, type DeedId, type ObjectKey, type TransferId } from '../schemas/ids.ts';
import type { UnknownDecision } from '../schemas/ledger-events.ts';
import { isEndState } from '../schemas/states.ts';
import type { UnknownsDecided } from '../schemas/transfer.ts';
import { handOver } from './hand-over.ts';
import type { Operator } from './operator.ts';
import { notExpected, type DeedRecorded } from './record-deed.ts';

export interface DecideUnknowns {
  readonly transferId: TransferId;
  readonly decision: UnknownDecision;
  /** Why, in the person's own words; kept sealed. */
  readonly why: string;
  /** Only these resources; all that are undecided where left out. */
  readonly ordinals?: readonly number[];
  /** Only what was lost by this cause. */
  readonly cause?: string;
  /** The rule by which many transfers are decided at once. No PHI. */
  readonly rule?: string;
  /** False where no worker runs, so that nobody waits for an answer. */
  readonly ask?: boolean;
}

export interface UnknownsWereDecided {
  readonly deedId: DeedId;
  /** Ordinals that this decision is about. */
  readonly decided: readonly number[];
  /** How many are still undecided. */
  readonly undecided: number;
  /** `held`: committed; the transfer goes on once the rest is decided, too. */
  readonly delivery: DeedRecorded['delivery'] | 'held';
}

type Committed = Pick<UnknownsWereDecided, 'decided' | 'undecided'> & {
  /** What the workflow is told; nothing as long as something is undecided, because it takes the first word for the last. */
  readonly message?: UnknownsDecided;
};

/**
 * Decides about writes whose answer was lost: `accept` leaves them unknown and closes; `resend` posts them once more. Where only
 * some are decided the others wait, and the transfer with them. Throws DEED_NOT_EXPECTED, and USAGE for ordinals that are not unknown.
 */
export async function decideUnknowns(operator: Operator, decide: DecideUnknowns): Promise<UnknownsWereDecided> {
  const { transferId, why, ask = true } = decide;
  const deedId = asDeedId(randomUUID());
  const noteObject = asObjectKey(`note/${transferId}/${deedId}`);
  await operator.objects.put(noteObject, Buffer.from(why));
  const { message, ...committed } = await operator.ledger
    .atomically((actions) => commit(actions, operator.actor, deedId, noteObject, decide))
    .catch(async (error: unknown) => {
      await operator.objects.delete(noteObject);
      throw error;
    });
  if (message === undefined) return { deedId, ...committed, delivery: 'held' };
  const delivery = await handOver(operator, { transferId, deedId, signal: 'unknownsDecided', message, ask });
  return { deedId, ...committed, delivery };
}

async function commit(
  actions: LedgerActions,
  actor: string,
  deedId: DeedId,
  noteObject: ObjectKey,
  decide: DecideUnknowns,
): Promise<Committed> {
  const { transferId, decision, rule } = decide;
  const transfer = await actions.transfers.lock(transferId);
  requireExpected(transfer, decision);
  const { writes, resendDecided = false } = transfer.projection;
  const ordinals = await choose(actions, transfer, decide);
  const undecided = unknownOrdinals(writes).length - ordinals.length;
  const body = {
    kind: 'unknowns-decided',
    deedId,
    decision,
    ordinals,
    noteObject,
    ...(rule === undefined ? {} : { rule }),
  } as const;
  const event = { subject: `deed/${deedId}`, tryNumber: 1, actor, body };
  if (undecided > 0) {
    await actions.append(transferId, event);
    return { decided: ordinals, undecided };
  }
  // Where an earlier decision about a part was to resend it, the transfer posts, whatever the last one says.
  const message = { deedId, decision: resendDecided ? 'resend' : decision } as const;
  const deed: NewDeed = { deedId, transferId, signal: 'unknownsDecided', payload: message, actor, event };
  await actions.deeds.commit(deed);
  return { decided: ordinals, undecided, message };
}

/** What has ended posts nothing more, but its unknowns block the member's next transfer until somebody accepts them. */
function requireExpected({ projection: { state, writes } }: Transfer, decision: UnknownDecision): void {
  const acceptable = isEndState(state) && decision === 'accept' && unknownOrdinals(writes).length > 0;
  if (state !== 'needs-decision' && !acceptable) throw notExpected(state);
}

async function choose(
  actions: LedgerActions,
  { transferId, projection: { writes } }: Transfer,
  { ordinals, cause }: DecideUnknowns,
): Promise<readonly number[]> {
  const unknown = unknownOrdinals(writes);
  if (ordinals !== undefined) {
    const wrong = ordinals.filter((ordinal) => !unknown.includes(ordinal));
    if (wrong.length > 0)
      throw new CarryoverError('USAGE', `Not unknown and undecided in this transfer: ${wrong.join(', ')}.`);
    return [...new Set(ordinals)].toSorted((one, other) => one - other);
  }
  if (cause === undefined) return unknown;
  const found = unknownResources(writes, await actions.events(transferId)).filter((one) => one.cause === cause);
  if (found.length === 0)
    throw new CarryoverError('USAGE', 'Nothing undecided in this transfer was lost by this cause.');
  return found.map(({ ordinal }) => ordinal);
}
