import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

import { describe, expect, test } from 'vitest';

import { prepared, recordBatch, temporaryLedger, attempted } from './temporary-ledger.ts';

/** A ledger with four events, and a hand that changes it behind the program's back. */
async function chainOfFour() {
  const { ledger, path } = await temporaryLedger();
  const { batchId, transferIds } = await recordBatch(ledger);
  const [transferId] = transferIds;
  await ledger.append(transferId, prepared(2));
  await ledger.append(transferId, attempted(1, 0));
  await ledger.append(transferId, attempted(2, 0, [1]));
  const tamper = (sql: string): void => {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  };
  return { ledger, batchId, transferId, tamper };
}

describe('the hash chain of a transfer', () => {
  test('is intact after ordinary work', async () => {
    const { ledger, transferId } = await chainOfFour();
    const { headHash } = await ledger.transfers.get(transferId);
    expect(await ledger.verifyChain(transferId)).toEqual({ kind: 'intact', events: 4, headHash });
  });

  test.each([
    ['a changed body', `update event set body = replace(body, '"bundle":1', '"bundle":7')`, 3, 'hash'],
    ['a changed time', `update event set at = '2020-01-01T00:00:00.000Z' where seq = 2`, 2, 'hash'],
    ['a changed actor', `update event set actor = 'nobody' where seq = 2`, 2, 'hash'],
    ['a removed event in the middle', 'delete from event where seq = 3', 3, 'sequence'],
    ['a removed last event', 'delete from event where seq = 4', 3, 'head'],
    ['a changed hash', `update event set hash = replace(hash, substr(hash, 1, 4), 'ffff') where seq = 4`, 4, 'hash'],
  ])('shows %s', async (_what, sql, seq, cause) => {
    const { ledger, transferId, tamper } = await chainOfFour();
    tamper(sql);
    expect(await ledger.verifyChain(transferId)).toEqual({ kind: 'broken', seq, cause });
  });

  test('can be checked with nothing but SHA-256 and sorted JSON', async () => {
    const { ledger, transferId } = await chainOfFour();
    const [recorded] = await ledger.events(transferId);
    const content =
      `{"actor":"worker","at":"2026-03-02T08:00:00.000Z","body":{"batchId":"b1","counterpartId":"demo-plan",` +
      `"direction":"send","kind":"recorded","line":2},"seq":1,"subject":"","transferId":"${transferId}","tryNumber":1}`;
    const hash = createHash('sha256')
      .update('0'.repeat(64) + content)
      .digest('hex');
    expect(recorded?.hash).toBe(hash);
  });

  test('is held together over a batch by the hash that it was closed under', async () => {
    const { ledger, batchId, transferId, tamper } = await chainOfFour();
    const { headHash } = await ledger.batches.close(batchId);
    expect(await ledger.batches.headHash(batchId)).toBe(headHash);

    tamper(`update transfer set head_hash = '${'0'.repeat(64)}', head_seq = 0; delete from event`);

    expect(await ledger.verifyChain(transferId)).toMatchObject({ kind: 'intact' });
    expect(await ledger.batches.headHash(batchId)).not.toBe(headHash);
  });
});
