import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { hintBatch } from '../batch/hint-batch.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export interface ReportUnknownsInput {
  readonly transferId: TransferId;
  /** 1, then one more after every decision to resend. */
  readonly round: number;
}

/** Says that unknown writes are left: the row counts as ended, and the transfer stays open until a person decides. */
export function reportUnknowns(deps: ActivityDependencies) {
  const { ledger, log } = deps;
  return async ({ transferId, round }: ReportUnknownsInput): Promise<void> => {
    const { projection, batchId } = await ledger.transfers.get(transferId);
    const count = unknownOrdinals(projection.writes).length;
    const body = { kind: 'unknowns-found', count } as const;
    const event = { subject: 'unknowns', tryNumber: round, actor: 'worker', body };
    // After a crash it is said once more, and people may have decided about some of them meanwhile.
    await ledger.append(transferId, event, { firstStands: true });
    await deps.checkpoint?.('after-unknowns-found');
    log.event('transfer-closed', { transferId, state: 'needs-decision', count }, 'warn');
    await hintBatch(deps, batchId);
  };
}
