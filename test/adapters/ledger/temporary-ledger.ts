import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { type KeyRing, keyRingOf } from '../../../adapters/keys/key-ring.ts';
import { type Ledger, openLedger } from '../../../adapters/ledger/ledger.ts';
import {
  asBatchId,
  asCounterpartId,
  asObjectKey,
  asTransferId,
  type BatchId,
  type Direction,
  type TransferId,
} from '../../../schemas/ids.ts';
import type { LedgerEventBody, NewLedgerEvent } from '../../../schemas/ledger-events.ts';

/** The moment at which the clock of a temporary ledger stands unless a test moves it. */
export const startMs = Date.parse('2026-03-02T08:00:00.000Z');

export const counterpartId = asCounterpartId('demo-plan');

export interface TemporaryLedger {
  readonly ledger: Ledger;
  readonly keys: KeyRing;
  readonly directory: string;
  readonly path: string;
  readonly clock: { nowMs: number };
  /** A second connection to the same file, as another process would have it. */
  readonly openAgain: () => Promise<Ledger>;
}

/** A ledger in a directory of its own, both gone when the test ends. */
export async function temporaryLedger(): Promise<TemporaryLedger> {
  const directory = await mkdtemp(join(tmpdir(), 'carryover-ledger-'));
  const path = join(directory, 'ledger.sqlite');
  const keys = newKeys();
  const clock = { nowMs: startMs };
  const opened: Ledger[] = [];
  const openAgain = async (): Promise<Ledger> => {
    const ledger = await openLedger({ path, clock: () => clock.nowMs, keyCheck: keys.keyCheck });
    opened.push(ledger);
    return ledger;
  };
  onTestFinished(async () => {
    for (const ledger of opened) await ledger.close();
    await rm(directory, { recursive: true, force: true });
  });
  return { ledger: await openAgain(), keys, directory, path, clock, openAgain };
}

/** Keys that no other test has. */
export function newKeys(): KeyRing {
  return keyRingOf({ currentKeyId: 'k1', keys: new Map([['k1', randomBytes(32)]]), idKey: randomBytes(32) });
}

/** Records a batch with so many transfers on lines 2, 3 and on. */
export async function recordBatch(
  ledger: Ledger,
  transfers = 1,
  name = 'b1',
  direction: Direction = 'send',
): Promise<{ readonly batchId: BatchId; readonly transferIds: readonly [TransferId, ...TransferId[]] }> {
  const batchId = asBatchId(name);
  await ledger.batches.create(newBatch(name, direction));
  const transferIds = Array.from({ length: transfers }, (_, index) => transferIdOf(name, index + 2));
  for (const [index, transferId] of transferIds.entries()) {
    await ledger.transfers.record({
      transferId,
      batchId,
      line: index + 2,
      rowKey: `row-${index + 2}`,
      memberKey: `member-${index + 2}`,
      direction,
      counterpartId,
      recordObject: asObjectKey(`member/${transferId}/1`),
    });
  }
  return { batchId, transferIds: transferIds as [TransferId, ...TransferId[]] };
}

export function newBatch(name: string, direction: Direction = 'send') {
  return {
    batchId: asBatchId(name),
    direction,
    counterpartId,
    profileHash: 'p'.repeat(64),
    profileObject: asObjectKey(`profile/${name}`),
    rosterObject: asObjectKey(`roster/${name}`),
    rosterHash: `roster-of-${name}`,
    actor: 'operator',
  };
}

export function transferIdOf(batch: string, line: number): TransferId {
  return asTransferId(Buffer.from(`${batch}/${line}`).toString('hex').padEnd(40, '0'));
}

export function event(body: LedgerEventBody, subject = '', tryNumber = 1): NewLedgerEvent {
  return { subject, tryNumber, actor: 'worker', body };
}

export function attempted(bundle: number, fence: number, ordinals: readonly number[] = [0], tryNumber = 1) {
  const body = { kind: 'attempted', bundle, fence, ordinals, bodyHash: 'b', tokenFingerprint: 't' } as const;
  return event(body, `bundle/${bundle}`, tryNumber);
}

export function prepared(planned: number): NewLedgerEvent {
  const counts = { resources: planned, planned, repeats: 0, withheld: 0, bundles: planned, withheldByReason: {} };
  return event({ kind: 'prepared', planObject: asObjectKey('plan/x'), planHash: 'h', counts });
}
