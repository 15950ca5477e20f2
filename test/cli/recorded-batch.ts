import { openDataDir, type DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { loadProfile } from '../../adapters/profile/load-profile.ts';
import { asBatchId, asObjectKey, type BatchId, type Direction, type TransferId } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { MemberRecord } from '../../schemas/roster.ts';

export interface RecordedBatch {
  readonly batchId: BatchId;
  readonly transferIds: readonly TransferId[];
}

/** Issues the first link of a transfer, with this state. */
export async function issueLink(
  { ledger, secrets, keys }: Pick<DataDir, 'ledger' | 'secrets' | 'keys'>,
  transferId: TransferId,
  state: string,
  expiresAtMs: number,
): Promise<void> {
  const sealed = secrets.prepare({ transferId, kind: 'link-state', value: state, expiresAtMs });
  await ledger.links.issue({
    stateHash: keys.linkStateHash(state),
    transferId,
    revision: 1,
    state: sealed,
    expiresAtMs,
  });
}

/** Puts a launched batch into a data directory as the worker would have, so that commands have something to work on without one. */
export async function recordBatch(
  dataDir: string,
  direction: Direction,
  rows: readonly (readonly LedgerEventBody[])[],
): Promise<RecordedBatch> {
  const opened = await openDataDir(dataDir);
  const batchId = asBatchId(direction === 'send' ? 'aaaa0000000000000001' : 'bbbb0000000000000002');
  const { profile, hash } = await loadProfile('plan-a', { dirs: [opened.paths.counterparts] });
  const profileObject = asObjectKey(`profile/${batchId}`);
  await opened.objects.put(profileObject, Buffer.from(JSON.stringify(profile)));
  await opened.ledger.batches.create({
    batchId,
    direction,
    counterpartId: profile.id,
    profileHash: hash,
    profileObject,
    rosterObject: asObjectKey(`roster/${batchId}`),
    rosterHash: batchId,
    actor: 'test',
  });
  const transferIds: TransferId[] = [];
  for (const [index, events] of rows.entries())
    transferIds.push(await recordRow(opened, batchId, direction, index, events));
  await opened.ledger.batches.markLaunched(batchId, rows.length);
  await opened.close();
  return { batchId, transferIds };
}

async function recordRow(
  { keys, ledger, objects }: DataDir,
  batchId: BatchId,
  direction: Direction,
  index: number,
  events: readonly LedgerEventBody[],
): Promise<TransferId> {
  const record = memberRecord(index);
  const memberKey = keys.memberKey(record);
  const { counterpartId } = await ledger.batches.get(batchId);
  const transferId = keys.transferId({ direction, counterpartId, batchId, memberKey });
  const recordObject = asObjectKey(`member/${transferId}/1`);
  await objects.put(recordObject, Buffer.from(JSON.stringify(record)));
  const rowKey = keys.keyedHash('row', batchId, record.rowId);
  const shared = { transferId, batchId, direction, counterpartId, memberKey, rowKey, recordObject };
  await ledger.transfers.record({ ...shared, line: index + 2 });
  for (const body of events) {
    const subject = 'bundle' in body ? `bundle/${body.bundle}` : '';
    await ledger.append(transferId, { subject, tryNumber: 1, actor: 'worker', body });
  }
  return transferId;
}

function memberRecord(index: number): MemberRecord {
  return {
    rowId: `row-${index + 1}`,
    family: `FamilyCanary${index}`,
    given: `GivenCanary${index}`,
    birthDate: `1984-03-0${index + 1}`,
    previousMemberId: `MemberCanary${index}`,
    zip: '02116',
    email: `mail-canary-${index}@example.com`,
  };
}

export const prepared: LedgerEventBody = {
  kind: 'prepared',
  planObject: asObjectKey('plan/none'),
  planHash: 'none',
  counts: {
    resources: 5,
    planned: 3,
    repeats: 1,
    withheld: 1,
    bundles: 1,
    withheldByReason: { 'type-not-accepted': 1 },
  },
};

export const approvalRequested: LedgerEventBody = { kind: 'approval-requested', revision: 1, messageId: '<m@x>' };

export const lostBundle: readonly LedgerEventBody[] = [
  prepared,
  {
    kind: 'attempted',
    bundle: 1,
    fence: 0,
    ordinals: [0, 1, 2],
    bodyHash: 'none',
    tokenFingerprint: 'none',
  },
  { kind: 'lost', bundle: 1, cause: 'reset', ordinals: [0, 1, 2] },
  { kind: 'unknowns-found', count: 3 },
];
