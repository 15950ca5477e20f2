import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDataDir, type DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { asBatchId, asCounterpartId, asObjectKey, type BatchId } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { RecordRemark } from '../../schemas/record-remarks.ts';

/** What a test says of one row: its resources where it was stored, else how far it came. */
export interface TestRow {
  readonly rowId: string;
  readonly record?: readonly { readonly resourceType: string; readonly id?: string; readonly [key: string]: unknown }[];
  readonly remarks?: readonly RecordRemark[];
  readonly dropped?: Readonly<Record<string, number>>;
  readonly events?: readonly LedgerEventBody[];
}

export interface StoredBatch {
  readonly dir: string;
  readonly dataDir: DataDir;
  readonly batchId: BatchId;
  close(): Promise<void>;
}

const direction = 'receive';
const counterpartId = asCounterpartId('plan-a');

/** A data directory with a receive batch as a worker leaves it, on a clock that stands still. */
export async function storedBatch(rows: readonly TestRow[]): Promise<StoredBatch> {
  const dir = await mkdtemp(join(tmpdir(), 'carryover-delivery-'));
  await mkdir(join(dir, 'data'));
  const dataDir = await openDataDir(join(dir, 'data'));
  const batchId = asBatchId('bbbb0000000000000002');
  const profileObject = asObjectKey(`profile/${batchId}`);
  const profile = { id: 'plan-a', environment: 'sandbox', receive: { fhirBaseUrl: 'https://fhir.plan-a.example/r4' } };
  await dataDir.objects.put(profileObject, Buffer.from(JSON.stringify(profile)));
  await dataDir.ledger.batches.create({
    batchId,
    direction,
    counterpartId,
    profileHash: 'none',
    profileObject,
    rosterObject: asObjectKey(`roster/${batchId}`),
    rosterHash: 'none',
    actor: 'test',
  });
  for (const [index, row] of rows.entries()) await storeRow(dataDir, batchId, row, index + 2);
  await dataDir.ledger.batches.markLaunched(batchId, rows.length);
  const close = async (): Promise<void> => {
    await dataDir.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { dir, dataDir, batchId, close };
}

async function storeRow({ keys, ledger, objects }: DataDir, batchId: BatchId, row: TestRow, line: number) {
  const member = {
    rowId: row.rowId,
    family: 'F',
    given: 'G',
    birthDate: '1984-03-02',
    previousMemberId: row.rowId,
    zip: '02116',
  };
  const memberKey = keys.memberKey(member);
  const transferId = keys.transferId({ direction, counterpartId, batchId, memberKey });
  const recordObject = asObjectKey(`member/${transferId}/1`);
  await objects.put(recordObject, Buffer.from(JSON.stringify(member)));
  const rowKey = keys.keyedHash('row', batchId, row.rowId);
  await ledger.transfers.record({
    transferId,
    batchId,
    direction,
    counterpartId,
    memberKey,
    rowKey,
    recordObject,
    line,
  });
  const { record, remarks = [], dropped = {}, events = [] } = row;
  const append = (body: LedgerEventBody) =>
    ledger.append(transferId, { subject: '', tryNumber: 1, actor: 'worker', body });
  for (const body of events) await append(body);
  if (record === undefined) return;
  const ndjson = record.map((resource) => `${JSON.stringify(resource)}\n`).join('');
  const deliveryObject = asObjectKey(`record/${transferId}`);
  await objects.put(deliveryObject, Buffer.from(ndjson));
  const patientId = record.find(({ resourceType }) => resourceType === 'Patient')?.id;
  const remarksText = JSON.stringify({ patientId, remarks });
  await objects.put(asObjectKey(`remarks/${transferId}`), Buffer.from(remarksText));
  const countsByType: Record<string, number> = {};
  for (const { resourceType } of record) countsByType[resourceType] = (countsByType[resourceType] ?? 0) + 1;
  await append({ kind: 'stored', deliveryObject, countsByType, dropped, repeats: 0, invalid: 0 });
  await append({ kind: 'closed', state: 'stored' });
}
