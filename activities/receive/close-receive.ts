import type { FailureCode } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { TransferResult } from '../../schemas/transfer.ts';
import { closeTransfer } from '../close-transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export interface CloseReceiveInput {
  readonly transferId: TransferId;
  readonly end:
    | { readonly kind: 'finished' }
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'refused' | 'expired' | 'failed'; readonly reason: FailureCode };
}

/** Ends a receive transfer; the secrets go, the receipt is the `closed` event. */
export function closeReceive(deps: ActivityDependencies) {
  return async ({ transferId, end }: CloseReceiveInput): Promise<TransferResult> =>
    closeTransfer(deps, {
      transferId,
      state: end.kind === 'finished' ? 'stored' : end.kind,
      ...('reason' in end ? { reason: end.reason } : {}),
    });
}
