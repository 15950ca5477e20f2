import type { TransferId } from '../../schemas/ids.ts';
import type { Ledger } from './ledger.ts';
import type { Transfer } from './transfer-row.ts';

/** The transfers that an update follows, one behind the other, up to this one; the oldest first. Throws TRANSFER_NOT_FOUND. */
export async function updateChain(
  { transfers }: Pick<Ledger, 'transfers'>,
  transferId: TransferId,
): Promise<readonly Transfer[]> {
  const chain: Transfer[] = [];
  for (
    let next: TransferId | undefined = transferId;
    next !== undefined;
    next = chain[0]?.projection.earlier?.transferId
  )
    chain.unshift(await transfers.get(next));
  return chain;
}
