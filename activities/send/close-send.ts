import { openPlan } from '../../adapters/plans/open-plan.ts';
import type { TransferProjection } from '../../domain/accounting/transfer-projection.ts';
import { openOrdinals } from '../../domain/accounting/write-account.ts';
import { hasBrokenLinks } from '../../domain/payload/link-findings.ts';
import { blockedOrdinals } from '../../domain/payload/next-write.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { SendEndState } from '../../schemas/states.ts';
import type { TransferResult } from '../../schemas/transfer.ts';
import { closeTransfer } from '../close-transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { withholdBlocked } from './withhold-blocked.ts';

export interface CloseSendInput {
  readonly transferId: TransferId;
  readonly end:
    | { readonly kind: 'finished' }
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'refused' | 'expired' | 'failed'; readonly reason: FailureCode };
}

/** Ends a send transfer: every resource gets its end, the secrets go, the receipt is the `closed` event. */
export function closeSend(deps: ActivityDependencies) {
  return async ({ transferId, end }: CloseSendInput): Promise<TransferResult> => {
    const { projection } = await deps.ledger.transfers.get(transferId);
    const open = projection.counts.open;
    if (open > 0) await withholdTheRest(deps, transferId);
    const state =
      end.kind === 'finished' ? stateOf((await deps.ledger.transfers.get(transferId)).projection) : end.kind;
    return closeTransfer(deps, { transferId, state, ...('reason' in end ? { reason: end.reason } : {}) });
  };
}

/** What was withheld in the course of the transfer, and not by its plan, is an exception, too; so is a stored reference that leads nowhere. */
function stateOf({ writes: { counts }, findings }: TransferProjection): SendEndState {
  const isWhole = counts.refused + counts.unknown + counts.withheld === 0 && !hasBrokenLinks(findings);
  return isWhole ? 'sent' : 'sent-with-exceptions';
}

/** What was planned and will not be sent any more is withheld, so that the sums still add up. */
async function withholdTheRest(deps: ActivityDependencies, transferId: TransferId): Promise<void> {
  const { ledger } = deps;
  const plan = await openPlan(deps, transferId);
  await ledger.withTransfer(transferId, async (transfer) => {
    const blocked = blockedOrdinals(plan, transfer.projection.writes);
    if (blocked.length > 0) await withholdBlocked(transfer, blocked);

    const { writes } = transfer.projection;
    const ordinals = plan.bundles.flatMap((bundle) => openOrdinals(writes, bundle.ordinals));
    if (ordinals.length === 0) return;
    await transfer.append({
      subject: 'close',
      tryNumber: 1,
      actor: 'worker',
      body: { kind: 'withheld-later', ordinals, reason: 'transfer-ended' },
    });
  });
}
