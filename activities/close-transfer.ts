import { renewHead } from '../adapters/ledger/renew-head.ts';
import type { FailureCode } from '../schemas/failures.ts';
import type { SecretId, TransferId } from '../schemas/ids.ts';
import { isEndState, type EndState } from '../schemas/states.ts';
import type { TransferResult } from '../schemas/transfer.ts';
import { hintBatch } from './batch/hint-batch.ts';
import type { ActivityDependencies } from './dependencies.ts';

export interface CloseTransferInput {
  readonly transferId: TransferId;
  readonly state: EndState;
  readonly reason?: FailureCode;
  /** The secret that stays, if the transfer ends in this state. */
  readonly keep?: SecretId;
}

/** Writes the `closed` event once, whoever asks first, and destroys every secret of the transfer but the one to keep. */
export async function closeTransfer(
  deps: Pick<ActivityDependencies, 'ledger' | 'secrets' | 'log' | 'temporal'>,
  { transferId, state, reason, keep }: CloseTransferInput,
): Promise<TransferResult> {
  const { ledger, secrets, log } = deps;
  const before = await ledger.transfers.get(transferId);
  if (!isEndState(before.projection.state)) {
    const kept = keep === undefined ? {} : ({ refreshTokenKept: true } as const);
    const body = { kind: 'closed', state, ...(reason === undefined ? {} : { reason }), ...kept } as const;
    await ledger.append(transferId, { subject: '', tryNumber: 1, actor: 'worker', body });
    log.event('transfer-closed', { transferId, state, ...(reason === undefined ? {} : { code: reason }) });
  }
  const { projection } = await ledger.transfers.get(transferId);
  await secrets.destroyAll(transferId, projection.state === state ? keep : undefined);
  await hintBatch(deps, before.batchId);
  // The batch may have been closed while this transfer waited for a decision.
  await renewHead(ledger, before.batchId);
  return { transferId, state: isEndState(projection.state) ? projection.state : state, counts: projection.counts };
}
