import { Readable } from 'node:stream';

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';

import type { Batch } from '../../adapters/ledger/batches.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { memberRecordObjectOf } from '../../adapters/roster/member-records.ts';
import { readRoster } from '../../adapters/roster/read-roster.ts';
import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import type { BatchId, Direction, TransferId } from '../../schemas/ids.ts';
import type { EarlierTransfer } from '../../schemas/ledger-events.ts';
import type { RosterIssue, RosterRow } from '../../schemas/roster.ts';
import { searchAttributes } from '../../schemas/search-attributes.ts';
import { transferWorkflowId, workflowTaskQueue } from '../../schemas/transfer.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';
import { noteFinding } from '../receive/note-finding.ts';
import { earlierTransfer } from './earlier-transfer.ts';
import { transferInput } from './transfer-input.ts';

/** Rows that are recorded and started at a time; the cursor moves when all of them are. */
const pageSize = 16;

/** What launching one batch needs to know at every row. */
interface Launch extends ActivityDependencies {
  readonly batchId: BatchId;
  readonly direction: Direction;
  readonly profile: CounterpartProfile;
  readonly update: Batch['update'];
}

/**
 * Gives every row of the roster its transfer: recorded in the ledger first, then started. Rows are read as a stream; after a
 * crash it goes on at the cursor, and a row that was done already is recognised by its id.
 */
export function launchTransfers(deps: ActivityDependencies) {
  return async ({ batchId }: { readonly batchId: BatchId }): Promise<void> =>
    heartbeating(async (beat) => {
      const { direction, rosterObject, update } = await deps.ledger.batches.get(batchId);
      const launch: Launch = { ...deps, batchId, direction, update, profile: await frozenProfile(deps, batchId) };
      const roster = Readable.from([await deps.objects.get(rosterObject)]);

      let rows = cursorOf(beat.earlier);
      let page: RosterRow[] = [];
      const launchPage = async () => {
        await Promise.all(page.map((row) => launchRow(launch, row)));
        rows += page.length;
        page = [];
        beat.report({ rows });
      };
      for await (const row of readRoster({ stream: roster, profile: launch.profile })) {
        if (row.rowNumber <= rows) continue;
        page.push(row);
        if (page.length === pageSize) await launchPage();
      }
      await launchPage();
      await deps.ledger.batches.markLaunched(batchId, rows);
      deps.log.event('batch-launched', { batchId, rows });
    });
}

function cursorOf(earlier: unknown): number {
  const rows = (earlier as { rows?: unknown } | undefined)?.rows;
  return typeof rows === 'number' ? rows : 0;
}

async function launchRow(launch: Launch, row: RosterRow): Promise<void> {
  const { batchId, direction, profile, keys, ledger, objects } = launch;
  if (row.kind === 'invalid') return recordInvalid(launch, row.line, row.issue);
  const shared = { batchId, direction, counterpartId: profile.id, line: row.line, actor: 'worker' };
  const memberKey = keys.memberKey(row.record);
  const transferId = keys.transferId({ ...shared, memberKey });
  const recordObject = memberRecordObjectOf(transferId, 1);
  const rowKey = keys.keyedHash('row', batchId, row.record.rowId);
  const followed = await followedBy(launch, memberKey);
  const recorded = await ledger.transfers.record({
    ...shared,
    transferId,
    rowKey,
    memberKey,
    recordObject,
    ...followed,
  });
  if (recorded.line !== row.line) {
    const reason = `the same member id and birth date as line ${recorded.line}`;
    return recordInvalid(launch, row.line, { code: 'ROW_DUPLICATE', line: row.line, reason });
  }
  await objects.put(recordObject, Buffer.from(JSON.stringify(row.record)));
  if (launch.update !== undefined) await noteWithoutEarlier(launch, transferId);
  await startTransfer(launch, transferId);
}

/** Of an update: the transfer of the member that this one follows. */
async function followedBy(launch: Launch, memberKey: string): Promise<{ readonly earlier?: EarlierTransfer }> {
  if (launch.update === undefined) return {};
  const member = { counterpartId: launch.profile.id, memberKey, ...launch.update };
  const earlier = await earlierTransfer(launch, member);
  return earlier === undefined ? {} : { earlier };
}

/** Says that a member of an update is received in full. What was recorded first counts: an attempt after a crash may find more. */
async function noteWithoutEarlier({ ledger }: Launch, transferId: TransferId): Promise<void> {
  const { projection } = await ledger.transfers.get(transferId);
  if (projection.earlier !== undefined) return;
  await noteFinding({ ledger, transferId }, 'no-earlier-record', 1);
}

/** A row that names no usable member still has its end: under an id of its line. */
async function recordInvalid(
  { batchId, direction, profile, keys, ledger }: Launch,
  rowLine: number,
  { code, line, column, reason }: RosterIssue,
): Promise<void> {
  const shared = { batchId, direction, counterpartId: profile.id, line: rowLine, actor: 'worker' };
  const memberKey = keys.keyedHash('line', batchId, String(rowLine));
  const transferId = keys.transferId({ ...shared, memberKey });
  const recordObject = memberRecordObjectOf(transferId, 0);
  await ledger.transfers.record({ ...shared, transferId, rowKey: memberKey, memberKey, recordObject });
  const place = { line, ...(column === undefined ? {} : { column }) };
  const body = { kind: 'closed', state: 'invalid', reason: code, place, detail: reason } as const;
  await ledger.append(transferId, { subject: '', tryNumber: 1, actor: 'worker', body });
}

async function startTransfer(launch: Launch, transferId: TransferId): Promise<void> {
  const { temporal, batchId, direction, profile, update } = launch;
  try {
    await temporal.workflow.start(direction === 'send' ? 'sendMember' : 'receiveMember', {
      workflowId: transferWorkflowId(transferId),
      taskQueue: workflowTaskQueue(launch.keys.installationId),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      // Members who come back with a code that lives five minutes go before those whose token lives two hours.
      priority: { priorityKey: direction === 'receive' ? 2 : 3 },
      args: [transferInput(transferId, batchId, direction, profile, { isUpdate: update !== undefined })],
      typedSearchAttributes: [
        { key: searchAttributes.batch, value: batchId },
        { key: searchAttributes.counterpart, value: profile.id },
        { key: searchAttributes.direction, value: direction },
      ],
    });
  } catch (error) {
    // An earlier attempt of this launch started it: that is what was wanted.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
