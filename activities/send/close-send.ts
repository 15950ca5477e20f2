import type { FailureCode } from '../../schemas/failures.ts';
import { asObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { SendEndState } from '../../schemas/states.ts';
import type { TransferResult } from '../../schemas/transfer.ts';
import { closeTransfer } from '../close-transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';

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
    const { refused, unknown, open } = projection.counts;
    const state: SendEndState =
      end.kind !== 'finished' ? end.kind : refused + unknown > 0 ? 'sent-with-exceptions' : 'sent';
    if (open > 0) await withholdTheRest(deps, transferId);
    return closeTransfer(deps, { transferId, state, ...('reason' in end ? { reason: end.reason } : {}) });
  };
}

/** What was planned and will not be sent any more is withheld, so that the sums still add up. */
async function withholdTheRest({ ledger, objects }: ActivityDependencies, transferId: TransferId): Promise<void> {
  const plan = JSON.parse((await objects.get(asObjectKey(`plan/${transferId}`))).toString()) as Plan;
  const { projection } = await ledger.transfers.get(transferId);
  const ordinals = plan.bundles
    .flatMap((bundle) => bundle.ordinals)
    .filter((ordinal) => projection.writes.fates[ordinal] === undefined);
  await ledger.append(transferId, {
    subject: 'close',
    tryNumber: 1,
    actor: 'worker',
    body: { kind: 'withheld-later', ordinals, reason: 'transfer-ended' },
  });
}
