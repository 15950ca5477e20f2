import { describe, expect, test } from 'vitest';

import { asResourceKey } from '../../../schemas/ids.ts';
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
    await expect(ledger.appendMany(transferId, [finding, prepared(4)])).rejects.toMatchObject({
      code: 'LEDGER_CONFLICT',
    });
    expect(await ledger.events(transferId)).toHaveLength(2);

    const outcome = await ledger.appendMany(transferId, [prepared(3), finding]);
    expect(outcome).toMatchObject({ kind: 'appended', events: [{ seq: 2 }, { seq: 3 }] });
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

describe('what was sent to a counterpart', () => {
  const resource = { resourceKey: asResourceKey('r1'), contentHash: 'c1' };

  test('counts as sent for other transfers only once it is confirmed', async () => {
    const { ledger } = await temporaryLedger();
    const { transferIds } = await recordBatch(ledger, 2);
    const [first] = transferIds;
    const second = transferIdOf('b1', 3);
    const ask = async () =>
      await ledger.sentResources.alreadyConfirmed(
        (await ledger.transfers.get(first)).counterpartId,
        [resource.resourceKey, asResourceKey('r2')],
        second,
      );

    await ledger.append(first, prepared(1));
    await ledger.append(first, attempted(1, 0), { attempted: [resource] });
    expect(await ask()).toEqual(new Map());
    const entries = [{ ordinal: 0, outcome: 'confirmed', status: 201 }] as const;
    const answer = event({ kind: 'answered', bundle: 1, status: 200, entries }, 'bundle/1');
    await ledger.append(first, answer, { confirmed: [resource.resourceKey] });

    expect(await ask()).toEqual(new Map([['r1', 'c1']]));
    const { counterpartId } = await ledger.transfers.get(first);
    expect(await ledger.sentResources.alreadyConfirmed(counterpartId, [resource.resourceKey], first)).toEqual(
      new Map(),
    );
  });

  test('stays possibly stored when a later try was proved unsent but an earlier one was lost', async () => {
    const { ledger } = await temporaryLedger();
    const { transferIds } = await recordBatch(ledger, 2);
    const [transferId] = transferIds;
    const body = { kind: 'unsent', bundle: 1, cause: 'not-connected', ordinals: [0] } as const;
    const unsent = event(body, 'bundle/1', 2);
    await ledger.append(transferId, prepared(1));
    await ledger.append(transferId, attempted(1, 0), { attempted: [resource] });
    await ledger.append(transferId, attempted(1, 0, [0], 2), { attempted: [resource] });
    await ledger.append(transferId, unsent, { released: [resource.resourceKey] });
    await ledger.append(transferId, unsent, { released: [resource.resourceKey] });

    // The lost try is answered late: the row must still be there to become confirmed.
    const entries = [{ ordinal: 0, outcome: 'confirmed', status: 201 }] as const;
    const late = event({ kind: 'answered', bundle: 1, status: 200, entries }, 'bundle/1');
    await ledger.append(transferId, late, { confirmed: [resource.resourceKey] });

    const { counterpartId } = await ledger.transfers.get(transferId);
    const confirmed = await ledger.sentResources.alreadyConfirmed(
      counterpartId,
      [resource.resourceKey],
      transferIdOf('b1', 3),
    );
    expect(confirmed.size).toBe(1);
  });
});
