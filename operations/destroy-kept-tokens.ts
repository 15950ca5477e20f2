import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';
import { renewHead } from '../adapters/ledger/renew-head.ts';
import type { KeptToken } from '../adapters/ledger/secret-rows.ts';
import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import type { BatchId } from '../schemas/ids.ts';

/** Who destroys, and where. Needs no Temporal: the transfers have ended. */
export interface TokenKeeper extends Pick<DataDir, 'ledger' | 'secrets'> {
  /** The operating-system user. */
  readonly actor: string;
}

/** Destroys the refresh tokens that are kept longer than they may serve; their number. */
export async function destroyKeptTooLong(keeper: TokenKeeper, nowMs: number): Promise<number> {
  return destroy(keeper, await keeper.secrets.keptTooLong(nowMs), 'expired');
}

/** Destroys the refresh tokens that are kept of these members, whichever of their transfers keeps them; their number. */
export async function forgetMembers(keeper: TokenKeeper, transfers: AsyncIterable<Transfer>): Promise<number> {
  let destroyed = 0;
  for await (const transfer of transfers)
    destroyed += await destroy(keeper, await keeper.secrets.kept(transfer), 'asked');
  return destroyed;
}

/** What a run that died left half done is done by the next one: the event stands first, the secret is still there. */
async function destroy(
  { ledger, secrets, actor }: TokenKeeper,
  kept: readonly KeptToken[],
  cause: 'expired' | 'asked',
): Promise<number> {
  const moved = new Set<BatchId>();
  for (const { secretId, transferId } of kept) {
    const body = { kind: 'kept-token-destroyed', secretId, cause } as const;
    await ledger.append(transferId, { subject: `kept/${secretId}`, tryNumber: 1, actor, body }, { firstStands: true });
    await secrets.destroy(secretId);
    moved.add((await ledger.transfers.get(transferId)).batchId);
  }
  for (const batchId of moved) await renewHead(ledger, batchId);
  return kept.length;
}
