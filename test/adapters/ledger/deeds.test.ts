import { describe, expect, test } from 'vitest';

import { asDeedId, type TransferId } from '../../../schemas/ids.ts';
import { event, prepared, recordBatch, temporaryLedger, transferIdOf } from './temporary-ledger.ts';

function pause(transferId: TransferId, id = 'd1') {
  const deedId = asDeedId(id);
  return {
    deedId,
    transferId,
    signal: 'controlRequested',
    payload: { deedId, control: 'pause' },
    actor: 'operator',
    event: { ...event({ kind: 'paused', deedId }, `deed/${id}`), actor: 'operator' },
  } as const;
}

describe('deeds', () => {
  test('are committed with their event and wait for delivery in the order in which they happened', async () => {
    const { ledger, clock } = await temporaryLedger();
    const { batchId, transferIds } = await recordBatch(ledger, 2);
    const [transferId] = transferIds;
    const second = pause(transferIdOf('b1', 3), 'a2');
    const first = pause(transferId);

    expect(await ledger.deeds.commit(first)).toMatchObject({ kind: 'committed', event: { seq: 2 } });
    clock.nowMs += 1;
    await ledger.deeds.commit(second);

    expect((await ledger.transfers.get(transferId)).state).toBe('paused');
    const waiting = await ledger.deeds.undelivered({ batchId, limit: 10 });
    expect(waiting.map(({ deedId }) => deedId)).toEqual(['d1', 'a2']);
    expect(waiting[0]).toEqual({
      deedId: 'd1',
      transferId,
      signal: 'controlRequested',
      payload: { deedId: 'd1', control: 'pause' },
      actor: 'operator',
      at: '2026-03-02T08:00:00.000Z',
    });
    await ledger.deeds.markDelivered(asDeedId('d1'));
    expect((await ledger.deeds.undelivered({ limit: 1 })).map(({ deedId }) => deedId)).toEqual(['a2']);
  });

  test('are committed once, however often they are handed in, and give the first payload back', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.deeds.commit(pause(transferId));

    const again = await ledger.deeds.commit({ ...pause(transferId), expectedStates: ['recorded'] });

    expect(again).toEqual({ kind: 'repeated', payload: { deedId: 'd1', control: 'pause' } });
    expect(await ledger.events(transferId)).toHaveLength(2);
    expect(await ledger.deeds.undelivered({ limit: 10 })).toHaveLength(1);
  });

  test('are refused in a state in which nobody expects them, and leave no trace', async () => {
    const { ledger } = await temporaryLedger();
    const [transferId] = (await recordBatch(ledger)).transferIds;
    await ledger.append(transferId, prepared(1));

    const outcome = await ledger.deeds.commit({ ...pause(transferId), expectedStates: ['sending'] });

    expect(outcome).toEqual({ kind: 'not-expected', state: 'prepared' });
    expect(await ledger.events(transferId)).toHaveLength(2);
    expect(await ledger.deeds.undelivered({ limit: 10 })).toEqual([]);
  });

  test('cannot take the id or the event of another deed', async () => {
    const { ledger } = await temporaryLedger();
    const { transferIds } = await recordBatch(ledger, 2);
    const [transferId] = transferIds;
    await ledger.deeds.commit(pause(transferId));

    const idTaken = ledger.deeds.commit(pause(transferIdOf('b1', 3)));
    await expect(idTaken).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    const eventTaken = ledger.deeds.commit({ ...pause(transferId), deedId: asDeedId('d2') });
    await expect(eventTaken).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    expect(await ledger.deeds.undelivered({ limit: 10 })).toHaveLength(1);
  });
});
