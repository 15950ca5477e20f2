import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { transfersOfBatch } from '../../adapters/ledger/transfers-of-batch.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import { isRowEnd, openStates } from '../../schemas/states.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';
import { closeReceive } from '../receive/close-receive.ts';
import { closeSend } from '../send/close-send.ts';
import { lostAmong } from './lost-among.ts';

/** Workflows that Temporal is asked about in one call. */
const askedTogether = 100;

/**
 * Compares the open transfers of a batch with Temporal. One whose workflow is closed or gone without an end in the ledger
 * becomes `failed: WORKFLOW_LOST`; its open tries stay unknown. So a batch never waits for the dead.
 */
export function reconcileBatch(deps: ActivityDependencies) {
  return async ({ batchId }: { readonly batchId: BatchId }): Promise<void> =>
    heartbeating(async (beat) => {
      const { direction } = await deps.ledger.batches.get(batchId);
      const close = direction === 'send' ? closeSend(deps) : closeReceive(deps);
      for await (const together of inGroups(transfersOfBatch(deps.ledger, batchId, openStates))) {
        for (const transferId of await lostAmong(deps.temporal, together)) {
          // It may have ended between the two looks.
          if (isRowEnd((await deps.ledger.transfers.get(transferId)).state)) continue;
          await close({ transferId, end: { kind: 'failed', reason: 'WORKFLOW_LOST' } });
          deps.log.event('workflow-lost', { transferId, batchId }, 'warn');
        }
        beat.report({ checked: together.length });
      }
    });
}

async function* inGroups(transfers: AsyncIterable<Transfer>): AsyncGenerator<readonly TransferId[]> {
  let group: TransferId[] = [];
  for await (const { transferId } of transfers) {
    if (group.push(transferId) < askedTogether) continue;
    yield group;
    group = [];
  }
  yield group;
}
