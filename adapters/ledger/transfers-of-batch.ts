import type { BatchId, TransferId } from '../../schemas/ids.ts';
import type { TransferState } from '../../schemas/states.ts';
import type { Ledger } from './ledger.ts';
import type { Transfer } from './transfer-row.ts';

const pageSize = 200;

/** The transfers of a batch in the order of the roster, a page in memory at a time. */
export async function* transfersOfBatch(
  { transfers }: Ledger,
  batchId: BatchId,
  states?: readonly TransferState[],
): AsyncGenerator<Transfer> {
  let after: TransferId | undefined;
  for (;;) {
    const page = await transfers.list({
      batchId,
      limit: pageSize,
      ...(states === undefined ? {} : { states }),
      ...(after === undefined ? {} : { after }),
    });
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1)?.transferId;
  }
}
