import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';
import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { transfersOfBatch } from '../adapters/ledger/transfers-of-batch.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asTransferId, type BatchId, type TransferId } from '../schemas/ids.ts';

type Installation = Pick<DataDir, 'ledger' | 'keys'>;

/** Finds the transfer of a full id or of a prefix of at least 8 digits that only one has. Throws TRANSFER_NOT_FOUND. */
export async function resolveTransfer({ ledger }: Pick<DataDir, 'ledger'>, idOrPrefix: string): Promise<Transfer> {
  const prefix = idOrPrefix.toLowerCase();
  if (/^[0-9a-f]{40}$/.test(prefix)) return ledger.transfers.get(asTransferId(prefix));
  if (!/^[0-9a-f]{8,39}$/.test(prefix))
    throw new CarryoverError('TRANSFER_NOT_FOUND', 'A transfer id is 40 hex digits; 8 of them are enough.');
  const found: TransferId[] = [];
  for (const { batchId } of await ledger.batches.list()) {
    for await (const { transferId } of transfersOfBatch(ledger, batchId))
      if (transferId.startsWith(prefix)) found.push(transferId);
  }
  const [only] = found;
  if (only === undefined) throw new CarryoverError('TRANSFER_NOT_FOUND');
  if (found.length > 1) throw new CarryoverError('TRANSFER_NOT_FOUND', `${found.length} transfers begin so.`);
  return ledger.transfers.get(only);
}

/** Finds the transfer of a roster row by its row id. Throws TRANSFER_NOT_FOUND. */
export async function transferOfRow(
  { ledger, keys }: Installation,
  batchId: BatchId,
  rowId: string,
): Promise<Transfer> {
  const transfer = await ledger.transfers.findByRow(batchId, keys.keyedHash('row', batchId, rowId));
  if (transfer === undefined) throw new CarryoverError('TRANSFER_NOT_FOUND', 'The batch has no such row.');
  return transfer;
}

/** Finds the transfer of a roster row by its line in the file. Throws TRANSFER_NOT_FOUND. */
export async function transferOfLine({ ledger }: Installation, batchId: BatchId, line: number): Promise<Transfer> {
  for await (const transfer of transfersOfBatch(ledger, batchId)) if (transfer.line === line) return transfer;
  throw new CarryoverError('TRANSFER_NOT_FOUND', `No row of the batch starts on line ${line}.`);
}
