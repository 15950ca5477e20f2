import { describe, expect, test } from 'vitest';

import { eventHash, noHash } from '../../../adapters/ledger/event-hash.ts';
import { asBatchId, asCounterpartId, asDeedId, asObjectKey, asTransferId } from '../../../schemas/ids.ts';
import type { LedgerEvent, LedgerEventBody } from '../../../schemas/ledger-events.ts';

const transferId = asTransferId('0a1b2c3d4e5f60718293a4b5c6d7e8f901234567');

const bodies: Readonly<Record<string, LedgerEventBody>> = {
  recorded: {
    kind: 'recorded',
    line: 2,
    direction: 'send',
    batchId: asBatchId('aaaa0000000000000001'),
    counterpartId: asCounterpartId('plan-a'),
  },
  prepared: {
    kind: 'prepared',
    planObject: asObjectKey('plan/x'),
    planHash: 'ff',
    counts: {
      resources: 5,
      planned: 3,
      repeats: 1,
      withheld: 1,
      bundles: 1,
      withheldByReason: { 'type-not-accepted': 1, 'already-sent': 2, Ünsent: 3 },
    },
  },
  answered: {
    kind: 'answered',
    bundle: 3,
    status: 200,
    entries: [
      { ordinal: 0, outcome: 'confirmed', status: 201, storedId: 'a-1' },
      { ordinal: 1, outcome: 'refused', status: 422, issueCode: 'required' },
    ],
    findings: ['confirmed-without-id'],
  },
  decided: {
    kind: 'unknowns-decided',
    deedId: asDeedId('d-1'),
    decision: 'resend',
    ordinals: [],
    rule: 'batch 3f…, cause "time-out"\n',
  },
};

/** As the first version of the program wrote them: whoever kept a head hash computes it by the same formula for ever. */
const recordedHashes = {
  recorded: 'e673ab24cbea24344f66a32f098faea130827320d9c9de0f3defb1ff93216be1',
  prepared: '08512f9e8bab2bf09d8ff71b219f601e667b1c694e5dd8dd9b67680cd653e777',
  answered: 'f27dedf3104cef5aa875bbbc6820b49afe48258eded7e0ca8c076b66a51297cd',
  decided: 'f23cc1b530eb39c1aa054c89244b5e868849e34bfa020e2bbe265005307dce28',
};

function eventOf(body: LedgerEventBody): Omit<LedgerEvent, 'hash'> {
  const at = '2026-11-23T10:00:00.000Z';
  return { seq: 1, subject: 'bundle/3', tryNumber: 1, at, actor: 'Jo "the" Ré', body, previousHash: noHash };
}

describe('the hash of an event', () => {
  test.each(Object.entries(recordedHashes))('%s is what it was', (name, hash) => {
    expect(eventHash(transferId, eventOf(bodies[name]!))).toBe(hash);
  });

  test('does not depend on the order in which the body was written', () => {
    const turned = Object.fromEntries(Object.entries(bodies['answered']!).toReversed()) as unknown as LedgerEventBody;
    expect(eventHash(transferId, eventOf(turned))).toBe(recordedHashes.answered);
  });
});
