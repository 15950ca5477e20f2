import { asTransferId, type TransferId } from '../../schemas/ids.ts';
import type { LedgerDatabase } from './tables.ts';

export type HandedInTokens = ReturnType<typeof handedInTokensOf>;

/**
 * Which transfer each token or authorization code came for, by its fingerprint. Kept when it is destroyed: it must not serve another
 * member later.
 */
export function handedInTokensOf(db: LedgerDatabase) {
  return {
    /** Claims a token or code for a transfer, or says which one has it. The first claim stands for good. */
    async claim(fingerprint: string, transferId: TransferId): Promise<TransferId> {
      await db
        .insertInto('handed_in_token')
        .values({ fingerprint, transfer_id: transferId })
        .onConflict((conflict) => conflict.column('fingerprint').doNothing())
        .execute();
      const { transfer_id } = await db
        .selectFrom('handed_in_token')
        .select('transfer_id')
        .where('fingerprint', '=', fingerprint)
        .executeTakeFirstOrThrow();
      return asTransferId(transfer_id);
    },
  };
}
