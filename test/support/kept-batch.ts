import { openDataDir, type DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import {
  asBatchId,
  asCounterpartId,
  asObjectKey,
  type BatchId,
  type Direction,
  type TransferId,
} from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { EndState } from '../../schemas/states.ts';
import { prepared } from '../cli/recorded-batch.ts';

/** Where a transfer stands, how many days ago it came there, and whether its plan is one that opens. */
export interface KeptRow {
  readonly stand: Waiting | EndState | 'cancelled with unknowns';
  readonly daysAgo: number;
  readonly brokenPlan?: true;
}

export const waiting = ['recorded', 'prepared', 'approval-requested', 'paused', 'needs-decision', 'sending'] as const;
export type Waiting = (typeof waiting)[number];

export const dayMs = 86_400_000;
/** In every object, as a name would be. */
export const canary = 'Purge-Canary-4711';

interface KeptAs {
  readonly name?: string;
  readonly direction?: Direction;
  /** Every row has ended, and a receive batch is delivered. */
  readonly closed?: boolean;
}

export interface KeptBatch {
  readonly batchId: BatchId;
  readonly transferIds: readonly TransferId[];
}

/** Puts a batch into a data directory with everything that a worker would have kept of its rows. */
export async function keepBatch(
  root: string,
  rows: readonly KeptRow[],
  { name = 'aaaa0000000000000001', direction = 'send', closed = true }: KeptAs = {},
): Promise<KeptBatch> {
  const clock = { nowMs: Date.now() - 400 * dayMs };
  const dataDir = await openDataDir(root, { clock: () => clock.nowMs });
  const { ledger, objects } = dataDir;
  const batchId = asBatchId(name);
  for (const kind of ['roster', 'launch', 'profile'])
    await objects.put(
      asObjectKey(`${kind}/${batchId}`),
      Buffer.from(JSON.stringify({ id: 'plan-a', canary, receive: {} })),
    );
  await ledger.batches.create({
    batchId,
    direction,
    counterpartId: asCounterpartId('plan-a'),
    profileHash: 'none',
    profileObject: asObjectKey(`profile/${batchId}`),
    rosterObject: asObjectKey(`roster/${batchId}`),
    rosterHash: batchId,
    actor: 'test',
  });
  const transferIds: TransferId[] = [];
  for (const [index, row] of rows.entries()) {
    clock.nowMs = Date.now() - row.daysAgo * dayMs - 60_000;
    transferIds.push(await keepRow(dataDir, { batchId, direction }, row, index));
  }
  await ledger.batches.markLaunched(batchId, rows.length);
  if (closed) await ledger.batches.close(batchId);
  await dataDir.close();
  return { batchId, transferIds };
}

async function keepRow(
  { keys, ledger, objects }: DataDir,
  { batchId, direction }: { readonly batchId: BatchId; readonly direction: Direction },
  row: KeptRow,
  index: number,
): Promise<TransferId> {
  const counterpartId = asCounterpartId('plan-a');
  const memberKey = keys.keyedHash('test', String(index)).slice(0, 40);
  const transferId = keys.transferId({ direction, counterpartId, batchId, memberKey });
  const recordObject = asObjectKey(`member/${transferId}/1`);
  const shared = { transferId, batchId, direction, counterpartId, memberKey, recordObject };
  await ledger.transfers.record({ ...shared, rowKey: `row-${index}`, line: index + 2 });
  for (const key of objectsOf(transferId, direction))
    await objects.put(asObjectKey(key), Buffer.from(`${canary} ${key}`));
  if (direction === 'send' && row.brokenPlan === undefined)
    await objects.put(asObjectKey(`plan/${transferId}`), Buffer.from(JSON.stringify(plan)), { replace: true });
  for (const body of eventsOf(row.stand, direction)) {
    const subject = 'bundle' in body ? `bundle/${body.bundle}` : '';
    await ledger.append(transferId, { subject, tryNumber: 1, actor: 'worker', body });
  }
  return transferId;
}

/** Keys of what is kept of a transfer. */
export function objectsOf(transferId: TransferId, direction: Direction = 'send'): readonly string[] {
  const member = [`member/${transferId}/1`];
  if (direction === 'receive')
    return [
      ...member,
      `page/${transferId}/Patient-1`,
      `page/${transferId}/Condition-1`,
      `record/${transferId}`,
      `remarks/${transferId}`,
    ];
  return [
    ...member,
    `member/${transferId}/2`,
    `plan/${transferId}`,
    `answer/${transferId}/bundle-1-1`,
    `note/${transferId}/deed`,
  ];
}

const plan = {
  planVersion: 1,
  idAssignment: 'caller',
  resources: [0, 1, 2].map((ordinal) => ({
    ordinal,
    resourceType: 'Condition',
    targetId: `target-${ordinal}`,
    resourceKey: `key-${ordinal}`,
    contentHash: `hash-${ordinal}`,
    dependsOn: [],
    fate: ordinal === 2 ? { kind: 'withhold', reason: 'invalid', detail: canary } : { kind: 'send', bundle: 1 },
    json: ordinal === 2 ? '' : `{"resourceType":"Condition","code":{"text":"${canary}"}}`,
  })),
};

const attempted = {
  kind: 'attempted',
  bundle: 1,
  fence: 0,
  ordinals: [0, 1],
  bodyHash: 'h',
  tokenFingerprint: 't',
} as const;

function eventsOf(stand: KeptRow['stand'], direction: Direction): readonly LedgerEventBody[] {
  switch (stand) {
    case 'recorded':
      return [];
    case 'prepared':
      return [prepared];
    case 'approval-requested':
      return [prepared, { kind: 'approval-requested', revision: 1, messageId: '<m@x>' }];
    case 'paused':
      return [prepared, { kind: 'paused', deedId: 'd' as never }];
    case 'sending':
      return [prepared, attempted];
    case 'needs-decision':
      return [prepared, attempted, { kind: 'unknowns-found', count: 2 }];
    case 'cancelled with unknowns':
      return [prepared, attempted, { kind: 'closed', state: 'cancelled' }];
    case 'sent':
      return [prepared, attempted, answered, { kind: 'closed', state: stand }];
    case 'stored':
    case 'invalid':
    case 'sent-with-exceptions':
    case 'refused':
    case 'expired':
    case 'cancelled':
    case 'failed':
      return [...(direction === 'send' ? [prepared] : []), { kind: 'closed', state: stand }];
  }
}

const answered: LedgerEventBody = {
  kind: 'answered',
  bundle: 1,
  status: 200,
  entries: [
    { ordinal: 0, outcome: 'confirmed', status: 201, storedId: 'theirs-0' },
    { ordinal: 1, outcome: 'refused', status: 422 },
  ],
};
