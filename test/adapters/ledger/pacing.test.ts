import { describe, expect, test } from 'vitest';

import { counterpartId, startMs, temporaryLedger } from './temporary-ledger.ts';

const pace = { requestsPerSecond: 10, burst: 5, want: 3 };

describe('pacing', () => {
  test('grants what the bucket holds, then as much as time refills', async () => {
    const { ledger } = await temporaryLedger();
    const at = async (ms: number) => await ledger.pacing.lease(counterpartId, pace, startMs + ms);
    expect(await at(0)).toEqual({ granted: 3, waitMs: 0 });
    expect(await at(0)).toEqual({ granted: 2, waitMs: 0 });
    expect(await at(0)).toEqual({ granted: 0, waitMs: 100 });
    expect(await at(50)).toEqual({ granted: 0, waitMs: 50 });
    expect(await at(100)).toEqual({ granted: 1, waitMs: 0 });
    expect(await at(60_000)).toEqual({ granted: 3, waitMs: 0 });
    expect(await at(60_000)).toEqual({ granted: 2, waitMs: 0 });
  });

  test('grants no more than the burst to many who ask at once', async () => {
    const { ledger, openAgain } = await temporaryLedger();
    const hands = [ledger, await openAgain(), await openAgain()];
    const one = { ...pace, want: 1 };
    const leases = await Promise.all(
      [...hands, ...hands, ...hands].map(async (hand) => await hand.pacing.lease(counterpartId, one, startMs)),
    );
    expect(leases.reduce((sum, { granted }) => sum + granted, 0)).toBe(5);
  });

  test('holds everybody back until the time that a counterpart named, also where nobody sent before', async () => {
    const { ledger } = await temporaryLedger();
    await ledger.pacing.postpone(counterpartId, startMs + 2_000);
    await ledger.pacing.postpone(counterpartId, startMs + 1_000);
    expect(await ledger.pacing.lease(counterpartId, pace, startMs)).toEqual({ granted: 0, waitMs: 2_000 });
    expect(await ledger.pacing.lease(counterpartId, pace, startMs + 2_100)).toEqual({ granted: 1, waitMs: 0 });
  });

  test('never hands out more because a clock went back', async () => {
    const { ledger } = await temporaryLedger();
    await ledger.pacing.lease(counterpartId, { ...pace, want: 5 }, startMs);
    expect((await ledger.pacing.lease(counterpartId, pace, startMs - 10_000)).granted).toBe(0);
    expect((await ledger.pacing.lease(counterpartId, pace, startMs)).granted).toBe(0);
  });
});
