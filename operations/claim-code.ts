import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { TransferId } from '../schemas/ids.ts';

/**
 * Claims an authorization code for a transfer; false where it came before, for this transfer or another one. A server revokes the
 * tokens of a code that is exchanged twice (RFC 6749, 4.1.2), so a second exchange would harm whoever came first.
 */
export async function claimCode(
  { handedInTokens, events }: Pick<LedgerActions, 'handedInTokens' | 'events'>,
  transferId: TransferId,
  fingerprint: string,
): Promise<boolean> {
  if ((await handedInTokens.claim(fingerprint, transferId)) !== transferId) return false;
  const cameBefore = (await events(transferId)).some(
    ({ body }) => body.kind === 'authorized' && body.fingerprint === fingerprint,
  );
  return !cameBefore;
}
