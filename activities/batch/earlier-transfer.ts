import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { updateChain } from '../../adapters/ledger/update-chain.ts';
import { recordObjectOf } from '../../adapters/records/stored-record.ts';
import type { BatchId, CounterpartId, TransferId } from '../../schemas/ids.ts';
import type { EarlierTransfer } from '../../schemas/ledger-events.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export interface MemberOfUpdate {
  readonly counterpartId: CounterpartId;
  readonly memberKey: string;
  /** The batch that the update follows; whatever came last of the member where left out. */
  readonly earlierBatchId?: BatchId;
}

type Deps = Pick<ActivityDependencies, 'ledger' | 'objects' | 'keys'>;

/**
 * The transfer that an update of a member is compared with: one of the same member and counterpart that stored a record. Where the
 * named batch did not come that far with the member, it is what that batch was to follow. None where a record of the chain is no
 * longer there: then the member is received in full.
 */
export async function earlierTransfer(deps: Deps, member: MemberOfUpdate): Promise<EarlierTransfer | undefined> {
  const { transfers } = deps.ledger;
  const { earlierBatchId } = member;
  const found =
    earlierBatchId === undefined
      ? await transfers.newestStored(member)
      : await storedIn(deps, { ...member, earlierBatchId });
  if (found === undefined || !(await isWhole(deps, found.transferId))) return undefined;
  return { transferId: found.transferId, batchId: found.batchId };
}

async function storedIn(
  { ledger: { transfers }, keys }: Deps,
  { counterpartId, memberKey, earlierBatchId }: Required<MemberOfUpdate>,
): Promise<Transfer | undefined> {
  const direction = 'receive';
  const inBatch = await transfers.find(
    keys.transferId({ direction, counterpartId, batchId: earlierBatchId, memberKey }),
  );
  if (inBatch === undefined || inBatch.state === 'stored') return inBatch;
  const { earlier } = inBatch.projection;
  return earlier === undefined ? undefined : transfers.get(earlier.transferId);
}

/** Sealed records may be deleted by hand. */
async function isWhole({ ledger, objects }: Deps, transferId: TransferId): Promise<boolean> {
  for (const one of await updateChain(ledger, transferId))
    if (!(await objects.has(recordObjectOf(one.transferId)))) return false;
  return true;
}
