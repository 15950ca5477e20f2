import { CarryoverError } from '../schemas/failures.ts';
import type { TransferId } from '../schemas/ids.ts';
import type { Operator } from './operator.ts';

/** Throws DEED_NOT_EXPECTED where somebody has asked to cancel the transfer, although it may not have ended yet. */
export async function refuseAfterCancel({ ledger }: Operator, transferId: TransferId): Promise<void> {
  const { projection } = await ledger.transfers.get(transferId);
  if (projection.cancelRequested) throw new CarryoverError('DEED_NOT_EXPECTED', 'The transfer is being cancelled.');
}
