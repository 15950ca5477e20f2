import { randomUUID } from 'node:crypto';

import { openPlanIfKept } from '../adapters/plans/open-plan.ts';
import { asDeedId, asObjectKey, type DeedId, type TransferId } from '../schemas/ids.ts';
import type { UnknownDecision } from '../schemas/ledger-events.ts';
import { commitDecision } from './commit-decision.ts';
import { handOver } from './hand-over.ts';
import type { Operator } from './operator.ts';
import type { DeedRecorded } from './record-deed.ts';

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
  /** How many were withheld with it, because they refer to what will never have an id there. */
  readonly withheld: number;
  /** `held`: committed; the transfer goes on once the rest is decided, too. */
  readonly delivery: DeedRecorded['delivery'] | 'held';
}

/**
 * Decides about writes whose answer was lost: `accept` leaves them unknown; `resend` posts them once more. Where only some are
 * decided the others wait, and the transfer with them; with the last one it closes, unless something is left to be posted.
 * Throws DEED_NOT_EXPECTED, and USAGE for ordinals that are not unknown.
 */
export async function decideUnknowns(operator: Operator, decide: DecideUnknowns): Promise<UnknownsWereDecided> {
  const { transferId, why, ask = true } = decide;
  const deedId = asDeedId(randomUUID());
  const noteObject = asObjectKey(`note/${transferId}/${deedId}`);
  await operator.objects.put(noteObject, Buffer.from(why));
  const plan = await openPlanIfKept(operator, transferId);
  const { message, ...committed } = await operator.ledger
    .atomically((actions) => commitDecision(actions, { ...decide, actor: operator.actor, deedId, noteObject, plan }))
    .catch(async (error: unknown) => {
      await operator.objects.delete(noteObject);
      throw error;
    });
  if (message === undefined) return { deedId, ...committed, delivery: 'held' };
  const delivery = await handOver(operator, { transferId, deedId, signal: 'unknownsDecided', message, ask });
  return { deedId, ...committed, delivery };
}
