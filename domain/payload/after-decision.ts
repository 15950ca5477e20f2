import type { UnknownDecision } from '../../schemas/ledger-events.ts';
import type { Plan } from '../../schemas/plan.ts';
import { acceptUnknowns, openOrdinals, resendUnknowns, withholdOpen } from '../accounting/write-account.ts';
import type { WriteAccount } from '../accounting/write-account.ts';
import { blockedOrdinals } from './next-write.ts';

/** What follows from a decision about unknown resources. */
export interface AfterDecision {
  /** Open resources that can never be linked now: they are withheld with the decision. */
  readonly blocked: readonly number[];
  /** Whether something is left to be posted then, for which a token is needed. */
  readonly leavesOpen: boolean;
}

/** What a decision leads to, from plan and account alone, so that it is known in the transaction that commits it. */
export function afterDecision(
  plan: Plan,
  writes: WriteAccount,
  { decision, ordinals }: { readonly decision: UnknownDecision; readonly ordinals: readonly number[] },
): AfterDecision {
  const decided = (decision === 'resend' ? resendUnknowns : acceptUnknowns)(writes, ordinals);
  const blocked = blockedOrdinals(plan, decided);
  const after = withholdOpen(decided, blocked);
  return { blocked, leavesOpen: plan.bundles.some((bundle) => openOrdinals(after, bundle.ordinals).length > 0) };
}
