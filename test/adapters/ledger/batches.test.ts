import { describe, expect, test } from 'vitest';

import { asBatchId, asObjectKey } from '../../../schemas/ids.ts';
import {
  attempted,
  counterpartId,
  event,
  newBatch,
  prepared,
  recordBatch,
  temporaryLedger,
  transferIdOf,
} from './temporary-ledger.ts';

describe('batches', () => {
  test('refuse the same roster at the same counterpart in the same direction, unless told', async () => {
    const { ledger } = await temporaryLedger();
    const first = newBatch('b1');
    expect(await ledger.batches.create(first)).toEqual({ kind: 'created' });
    const again = { ...first, batchId: asBatchId('b2') };

    expect(await ledger.batches.create(again)).toEqual({ kind: 'duplicate', batchId: 'b1' });
    expect(await ledger.batches.create({ ...again, direction: 'receive' })).toEqual({ kind: 'created' });
    expect(await ledger.batches.create({ ...again, batchId: asBatchId('b3'), allowDuplicate: true })).toEqual({
      kind: 'created',
    });
    expect(await ledger.batches.create(first)).toEqual({ kind: 'created' });
  });

  test('of one roster that two processes launch at once are one batch and one duplicate', async () => {
    const { ledger, openAgain } = await temporaryLedger();
    const other = await openAgain();
    const outcomes = await Promise.all([
      ledger.batches.create(newBatch('b1')),
      other.batches.create({ ...newBatch('b1'), batchId: asBatchId('b2') }),
    ]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['created', 'duplicate']);
  });

  test('keep what they were launched with and what became of them', async () => {
    const { ledger, clock } = await temporaryLedger();
    const sourceDirObject = asObjectKey('source-dir/b1');
    await ledger.batches.create({ ...newBatch('b1'), sourceDirObject });
    await ledger.batches.markLaunched(asBatchId('b1'), 12);
    clock.nowMs += 1_000;
    const { headHash } = await ledger.batches.close(asBatchId('b1'));

    expect(await ledger.batches.get(asBatchId('b1'))).toEqual({
      ...newBatch('b1'),
      sourceDirObject,
      createdAt: '2026-03-02T08:00:00.000Z',
      rows: 12,
      launched: true,
      closedAt: '2026-03-02T08:00:01.000Z',
      headHash,
    });
    await ledger.batches.create(newBatch('b2'));
    expect((await ledger.batches.list()).map(({ batchId }) => batchId)).toEqual(['b2', 'b1']);
  });

  test('that are not there are a failure with a name', async () => {
    const { ledger } = await temporaryLedger();
    await expect(ledger.batches.get(asBatchId('none'))).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
    await expect(ledger.batches.setRows(asBatchId('none'), 1)).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
    await expect(ledger.transfers.progress(asBatchId('none'))).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
  });

  test('count their rows by state, the ended ones, and the resources of all', async () => {
    const { ledger } = await temporaryLedger();
    const { batchId, transferIds } = await recordBatch(ledger, 4);
    await ledger.batches.setRows(batchId, 5);
    const [first] = transferIds;
    await ledger.append(first, prepared(3));
    await ledger.append(first, attempted(1, 0, [0, 1]));
    await ledger.append(first, event({ kind: 'unknowns-found', count: 2 }));
    await ledger.append(transferIdOf('b1', 3), prepared(2));
    await ledger.append(transferIdOf('b1', 4), event({ kind: 'closed', state: 'invalid', reason: 'ROW_INVALID' }));

    expect(await ledger.transfers.progress(batchId)).toEqual({
      rows: 5,
      ended: 2,
      byState: { 'needs-decision': 1, prepared: 1, invalid: 1, recorded: 1 },
      counts: { resources: 5, open: 3, confirmed: 0, refused: 0, unknown: 2, withheld: 0, repeats: 0 },
    });
  });
});

describe('transfers', () => {
  test('are recorded once, with their first event', async () => {
    const { ledger } = await temporaryLedger();
    const { batchId, transferIds } = await recordBatch(ledger);
    const [transferId] = transferIds;
    const transfer = await ledger.transfers.get(transferId);
    const { rowKey, memberKey, direction, recordObject } = transfer;

    const again = { transferId, batchId, line: 9, rowKey, memberKey, direction, counterpartId, recordObject };
    expect(await ledger.transfers.record(again)).toEqual({ kind: 'known', line: 2 });
    expect(await ledger.events(transferId)).toMatchObject([{ seq: 1, body: { kind: 'recorded', line: 2 } }]);
    expect(await ledger.transfers.get(transferId)).toEqual(transfer);
  });

  test('are listed in the order of the roster, by state, page by page', async () => {
    const { ledger } = await temporaryLedger();
    const { batchId } = await recordBatch(ledger, 5);
    await ledger.append(transferIdOf('b1', 3), prepared(1));
    const lines = async (of: Omit<Parameters<typeof ledger.transfers.list>[0], 'batchId'>) =>
      (await ledger.transfers.list({ batchId, ...of })).map(({ line }) => line);

    expect(await lines({})).toEqual([2, 3, 4, 5, 6]);
    expect(await lines({ states: ['recorded'], limit: 2 })).toEqual([2, 4]);
    expect(await lines({ states: ['recorded'], limit: 2, after: transferIdOf('b1', 4) })).toEqual([5, 6]);
    expect(await lines({ states: [] })).toEqual([]);
  });

  test('are found by the keyed hash of their row id', async () => {
    const { ledger } = await temporaryLedger();
    const { batchId } = await recordBatch(ledger, 2);
    expect(await ledger.transfers.findByRow(batchId, 'row-3')).toMatchObject({ line: 3 });
    expect(await ledger.transfers.findByRow(batchId, 'row-9')).toBeUndefined();
  });

  test('know of the undecided writes that an earlier transfer of the member left', async () => {
    const { ledger } = await temporaryLedger();
    const [earlier] = (await recordBatch(ledger, 1, 'b1')).transferIds;
    const [later] = (await recordBatch(ledger, 1, 'b2')).transferIds;
    const unknowns = async () => await ledger.transfers.openUnknownsOfMember(counterpartId, 'member-2', later);
    await ledger.append(earlier, prepared(2));
    expect(await unknowns()).toBe(0);

    await ledger.append(earlier, attempted(1, 0, [0, 1]));
    expect(await unknowns()).toBe(2);
    expect(await ledger.transfers.openUnknownsOfMember(counterpartId, 'member-2', earlier)).toBe(0);
    expect(await ledger.transfers.openUnknownsOfMember(counterpartId, 'member-3', later)).toBe(0);
  });

  test('take a new revision of their record', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.transfers.setRecord(transferId, asObjectKey('member/x/2'), 2);
    expect(await ledger.transfers.get(transferId)).toMatchObject({ recordObject: 'member/x/2', recordRevision: 2 });
  });
});
