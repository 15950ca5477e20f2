import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { unknownResources } from '../domain/accounting/unknown-resources.ts';
import { withheldDependents } from '../domain/accounting/withheld-dependents.ts';
import { unknownOrdinals } from '../domain/accounting/write-account.ts';
import { afterDecision } from '../domain/payload/after-decision.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { DeedId, ObjectKey } from '../schemas/ids.ts';
import type { LedgerEventBody } from '../schemas/ledger-events.ts';
import type { Plan } from '../schemas/plan.ts';
import { isEndState } from '../schemas/states.ts';
import type { UnknownsDecided } from '../schemas/transfer.ts';
import type { DecideUnknowns, UnknownsWereDecided } from './decide-unknowns.ts';
import { notExpected } from './record-deed.ts';

/** A decision that is about to be committed. */
interface Decision extends Omit<DecideUnknowns, 'why' | 'ask'> {
  readonly actor: string;
  readonly deedId: DeedId;
  readonly noteObject: ObjectKey;
  /** Undefined where it is no longer kept: then the workflow withholds what cannot be linked. */
  readonly plan: Plan | undefined;
}

type Committed = Omit<UnknownsWereDecided, 'deedId' | 'delivery'> & {
  /** What the workflow is told; nothing as long as something is undecided, because it takes the first word for the last. */
  readonly message?: UnknownsDecided;
};

/**
 * Commits a decision, what it withholds, and the signal of the last one: `resend` where something is left to be posted, else
 * `accept`, which closes without a token. Throws DEED_NOT_EXPECTED, and USAGE for ordinals that are not unknown.
 */
export async function commitDecision(actions: LedgerActions, of: Decision): Promise<Committed> {
  const { transferId, deedId, actor } = of;
  const transfer = await actions.transfers.lock(transferId);
  requireExpected(transfer, of);
  const ordinals = await choose(actions, transfer, of);
  const undecided = unknownOrdinals(transfer.projection.writes).length - ordinals.length;
  const { blocked, goesOn } = consequence(transfer, ordinals, of);

  const body = bodyOf(of, ordinals, undecided === 0 ? goesOn : undefined);
  const event = { subject: `deed/${deedId}`, tryNumber: 1, actor, body };
  const message = { deedId, decision: goesOn === 'posting' ? 'resend' : 'accept' } as const;
  if (undecided > 0) await actions.append(transferId, event);
  else await actions.deeds.commit({ deedId, transferId, signal: 'unknownsDecided', payload: message, actor, event });
  if (blocked.length > 0) await actions.append(transferId, withheldDependents(blocked, actor));
  return { decided: ordinals, undecided, withheld: blocked.length, ...(undecided > 0 ? {} : { message }) };
}

/** What has ended posts nothing more, but its unknowns block the member's next transfer until somebody accepts them. */
function requireExpected({ projection: { state, writes } }: Transfer, { decision }: Decision): void {
  const acceptable = isEndState(state) && decision === 'accept' && unknownOrdinals(writes).length > 0;
  if (state !== 'needs-decision' && !acceptable) throw notExpected(state);
}

async function choose(
  actions: LedgerActions,
  { transferId, projection: { writes } }: Transfer,
  { ordinals, cause }: Decision,
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

/** Where the plan is gone, an earlier part that is to be resent counts as much as this decision does. */
function consequence(
  { projection: { state, writes, resendDecided } }: Transfer,
  ordinals: readonly number[],
  { plan, decision }: Decision,
): { readonly blocked: readonly number[]; readonly goesOn: 'posting' | 'closing' } {
  if (isEndState(state)) return { blocked: [], goesOn: 'closing' };
  if (plan === undefined)
    return { blocked: [], goesOn: resendDecided === true || decision === 'resend' ? 'posting' : 'closing' };
  const { blocked, leavesOpen } = afterDecision(plan, writes, { decision, ordinals });
  return { blocked, goesOn: leavesOpen ? 'posting' : 'closing' };
}

function bodyOf(
  { deedId, decision, noteObject, rule }: Decision,
  ordinals: readonly number[],
  goesOn: 'posting' | 'closing' | undefined,
): LedgerEventBody {
  return {
    kind: 'unknowns-decided',
    deedId,
    decision,
    ordinals,
    noteObject,
    ...(rule === undefined ? {} : { rule }),
    ...(goesOn === undefined ? {} : { goesOn }),
  };
}
