import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { TransferResult } from '../../schemas/transfer.ts';
import { closeTransfer } from '../close-transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { removeStrayPages } from './record-pages.ts';

export interface CloseReceiveInput {
  readonly transferId: TransferId;
  readonly end:
    | { readonly kind: 'finished' }
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'refused' | 'expired' | 'failed'; readonly reason: FailureCode };
}

/**
 * Ends a receive transfer; the receipt is the `closed` event. The secrets go, but for the last refresh token of a record that was
 * stored, where the profile keeps it: one for a member and counterpart, so those that were kept before go too.
 */
export function closeReceive(deps: ActivityDependencies) {
  return async ({ transferId, end }: CloseReceiveInput): Promise<TransferResult> => {
    await removeStrayPages(deps, transferId);
    if (end.kind !== 'finished')
      return closeTransfer(deps, { transferId, state: end.kind, ...('reason' in end ? { reason: end.reason } : {}) });
    const transfer = await deps.ledger.transfers.get(transferId);
    const keep = await tokenToKeep(deps, transfer);
    const result = await closeTransfer(deps, { transferId, state: 'stored', ...(keep !== undefined && { keep }) });
    if (result.state !== 'stored') return result;
    for (const { secretId } of await deps.secrets.kept(transfer)) {
      if (secretId !== keep) await deps.secrets.destroy(secretId);
    }
    return result;
  };
}

async function tokenToKeep(
  deps: ActivityDependencies,
  { batchId, projection }: Transfer,
): Promise<SecretId | undefined> {
  const { receive } = await frozenProfile(deps, batchId);
  // A profile that was frozen before there was the key does not name it.
  return receive?.keepRefreshToken === true ? projection.token?.refreshTokenId : undefined;
}
