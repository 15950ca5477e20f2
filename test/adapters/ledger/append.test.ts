import { describe, expect, test } from 'vitest';

import type { NewLedgerEvent } from '../../../schemas/ledger-events.ts';
import { attempted, event, prepared, recordBatch, temporaryLedger, transferIdOf } from './temporary-ledger.ts';

describe('appending to the ledger', () => {
  test('appends an event after the head, with the time of the clock, and moves state and counts with it', async () => {
    const { ledger, clock } = await temporaryLedger();
    const { transferIds } = await recordBatch(ledger);
    const [transferId] = transferIds;
    clock.nowMs += 1_000;

    const appended = await ledger.append(transferId, prepared(3));

    expect(appended).toMatchObject({ kind: 'appended', event: { seq: 2, at: '2026-03-02T08:00:01.000Z' } });
    const transfer = await ledger.transfers.get(transferId);
    expect(transfer).toMatchObject({ state: 'prepared', headSeq: 2, updatedAt: '2026-03-02T08:00:01.000Z' });
    expect(transfer.projection.counts).toMatchObject({ resources: 3, open: 3 });
  });

  test('gives the first event back when the same is appended again, and writes nothing', async () => {
    const { ledger, clock } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    const first = await ledger.append(transferId, prepared(3));
    clock.nowMs += 60_000;

    const again = await ledger.append(transferId, prepared(3));

    expect(again).toEqual({ ...first, kind: 'repeated' });
    expect(await ledger.events(transferId)).toHaveLength(2);
  });

  test('refuses other content under the same key and changes nothing', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.append(transferId, prepared(3));
    const before = await ledger.transfers.get(transferId);

    await expect(ledger.append(transferId, prepared(4))).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    await expect(ledger.append(transferId, { ...prepared(3), actor: 'somebody' })).rejects.toMatchObject({
      code: 'LEDGER_CONFLICT',
    });
    expect(await ledger.transfers.get(transferId)).toEqual(before);
  });

  test('keeps the first where the caller says that it stands, whatever is said of it later', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.append(transferId, event({ kind: 'unknowns-found', count: 3 }, 'unknowns'));
    const before = await ledger.transfers.get(transferId);
    const later = event({ kind: 'unknowns-found', count: 1 }, 'unknowns');
    const again = await ledger.append(transferId, later, { firstStands: true });
    expect(again).toMatchObject({ kind: 'repeated', event: { body: { count: 3 } } });
    expect(await ledger.transfers.get(transferId)).toEqual(before);
  });

  test('takes the keys of a body in any order as the same content', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.append(transferId, event({ kind: 'finding', finding: 'skew', count: 2 }));

    const again = await ledger.append(transferId, event({ count: 2, finding: 'skew', kind: 'finding' }));

    expect(again.kind).toBe('repeated');
  });

  test('refuses an event of a transfer that nobody recorded', async () => {
    const { ledger } = await temporaryLedger();
    await expect(ledger.append(transferIdOf('none', 1), prepared(1))).rejects.toMatchObject({
      code: 'TRANSFER_NOT_FOUND',
    });
  });

  test('stops a writer whose fence was raised by another before its first byte', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.append(transferId, prepared(2));
    const old = await ledger.transfers.raiseFence(transferId);
    expect(await ledger.append(transferId, attempted(1, old), { fence: old })).toMatchObject({ kind: 'appended' });
    const current = await ledger.transfers.raiseFence(transferId);

    expect(await ledger.append(transferId, attempted(2, old, [1]), { fence: old })).toEqual({ kind: 'fenced' });
    expect(await ledger.append(transferId, attempted(2, old, [1]))).toEqual({ kind: 'fenced' });
    expect(await ledger.append(transferId, attempted(1, old), { fence: old })).toEqual({ kind: 'fenced' });
    expect(await ledger.append(transferId, attempted(2, current, [1]))).toMatchObject({ kind: 'appended' });
  });

  test('records the late answer of a fenced writer to its own try', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.append(transferId, prepared(1));
    const old = await ledger.transfers.raiseFence(transferId);
    await ledger.append(transferId, attempted(1, old));
    await ledger.transfers.raiseFence(transferId);

    const entries = [{ ordinal: 0, outcome: 'confirmed', status: 201 }] as const;
    const late = await ledger.append(
      transferId,
      event({ kind: 'answered', bundle: 1, status: 200, entries }, 'bundle/1'),
    );

    expect(late.kind).toBe('appended');
    expect((await ledger.transfers.get(transferId)).projection.counts).toMatchObject({ confirmed: 1, unknown: 0 });
  });

  test('appends several events in one transaction: all of them or none', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.append(transferId, prepared(3));

    const finding = event({ kind: 'finding', finding: 'skew', count: 1 });
    const appendBoth = (one: NewLedgerEvent, other: NewLedgerEvent) =>
      ledger.withTransfer(transferId, async (transfer) => [await transfer.append(one), await transfer.append(other)]);
    await expect(appendBoth(finding, prepared(4))).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    expect(await ledger.events(transferId)).toHaveLength(2);

    expect(await appendBoth(prepared(3), finding)).toMatchObject([
      { kind: 'repeated', event: { seq: 2 } },
      { kind: 'appended', event: { seq: 3 } },
    ]);
    expect(await ledger.verifyChain(transferId)).toMatchObject({ kind: 'intact', events: 3 });
  });

  test('transactions that come at once share a commit: those that fail leave nothing, the others are there', async () => {
    const { ledger, openAgain } = await temporaryLedger();
    const { transferIds } = await recordBatch(ledger, 12);
    const works = transferIds.map((transferId, index) =>
      ledger.withTransfer(transferId, async (transfer) => {
        await transfer.append(prepared(index));
        if (index % 3 === 0) throw new Error('changed my mind');
        return index;
      }),
    );
    const outcomes = await Promise.allSettled(works);
    const other = await openAgain();
    for (const [index, transferId] of transferIds.entries()) {
      const failed = index % 3 === 0;
      expect(outcomes[index]?.status).toBe(failed ? 'rejected' : 'fulfilled');
      expect((await other.transfers.get(transferId)).headSeq).toBe(failed ? 1 : 2);
    }
  });

  test('nobody reads what another has not yet on the disk', async () => {
    const { ledger, openAgain } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    const other = await openAgain();
    const appending = ledger.append(transferId, prepared(3));
    // The read waits for its turn, and finds the transaction before it committed, not merely begun.
    const { headSeq } = await ledger.transfers.get(transferId);
    expect((await other.transfers.get(transferId)).headSeq).toBe(headSeq);
    await appending;
    expect((await other.transfers.get(transferId)).headSeq).toBe(2);
  });

  test('undoes everything of a transaction whose work throws', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;

    const work = ledger.atomically(async (actions) => {
      await actions.append(transferId, prepared(3));
      await actions.transfers.raiseFence(transferId);
      throw new Error('changed my mind');
    });

    await expect(work).rejects.toThrow('changed my mind');
    expect(await ledger.transfers.get(transferId)).toMatchObject({ headSeq: 1, fence: 0, state: 'recorded' });
  });
});
