import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';
import { eventHash, noHash } from './event-hash.ts';
import type { LedgerDatabase } from './tables.ts';

/** `broken` names the first event that is not what was appended; `head`: the chain is shorter or longer than the transfer says. */
export type ChainVerdict =
  | { readonly kind: 'intact'; readonly events: number; readonly headHash: string }
  | { readonly kind: 'broken'; readonly seq: number; readonly cause: 'sequence' | 'previous-hash' | 'hash' | 'head' };

/** Checks the hash chain of a transfer. Throws TRANSFER_NOT_FOUND. */
export async function verifyChain(
  db: LedgerDatabase,
  transferId: TransferId,
  events: readonly LedgerEvent[],
): Promise<ChainVerdict> {
  const head = await db
    .selectFrom('transfer')
    .select(['head_seq', 'head_hash'])
    .where('transfer_id', '=', transferId)
    .executeTakeFirst();
  if (head === undefined) throw new CarryoverError('TRANSFER_NOT_FOUND');

  let previousHash = noHash;
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    if (event.seq !== seq) return { kind: 'broken', seq, cause: 'sequence' };
    if (event.previousHash !== previousHash) return { kind: 'broken', seq, cause: 'previous-hash' };
    if (event.hash !== eventHash(transferId, event)) return { kind: 'broken', seq, cause: 'hash' };
    previousHash = event.hash;
  }
  if (head.head_seq !== events.length || head.head_hash !== previousHash) {
    return { kind: 'broken', seq: events.length, cause: 'head' };
  }
  return { kind: 'intact', events: events.length, headHash: previousHash };
}
