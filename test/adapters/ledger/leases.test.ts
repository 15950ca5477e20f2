import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Ledger } from '../../../adapters/ledger/ledger.ts';
import { asCounterpartId } from '../../../schemas/ids.ts';
import { counterpartId, startMs, temporaryLedger, transferIdOf } from './temporary-ledger.ts';

const leaseMs = 1_000;
const lineMs = 100;

/** One member asks, under a token that ends so many milliseconds after the start. */
function asking(ledger: Ledger, concurrentMembers = 2) {
  return {
    admit: async (line: number, { at = 0, tokenEnds = 10_000, holder = 'a' } = {}) =>
      await ledger.leases.admit(
        {
          ...who(line, holder),
          concurrentMembers,
          tokenEndsAtMs: startMs + tokenEnds,
          expiresAtMs: startMs + at + leaseMs,
          lineExpiresAtMs: startMs + at + lineMs,
        },
        startMs + at,
      ),
    renew: async (line: number, at: number, holder = 'a') =>
      await ledger.leases.renew(who(line, holder), startMs + at + leaseMs, startMs + at),
    leave: async (line: number, holder = 'a') => await ledger.leases.leave(who(line, holder)),
  };
}

function who(line: number, holder: string) {
  return { counterpartId, transferId: transferIdOf('b1', line), holder };
}

describe('members in flight', () => {
  test('are so many at a time; one that leaves makes room', async () => {
    const { admit, leave } = asking((await temporaryLedger()).ledger);
    expect([await admit(2), await admit(3), await admit(4), await admit(2)]).toEqual([true, true, false, true]);
    await leave(2);
    expect([await admit(4), await admit(5)]).toEqual([true, false]);
  });

  test('leave by themselves when nobody renews their lease', async () => {
    const { admit, renew } = asking((await temporaryLedger()).ledger, 1);
    expect(await admit(2)).toBe(true);
    expect(await renew(2, 900)).toBe(true);
    expect(await admit(3, { at: 1_000 })).toBe(false);
    expect(await admit(3, { at: 1_900 })).toBe(true);
    expect(await renew(2, 1_950)).toBe(false);
  });

  test('are counted for each counterpart', async () => {
    const { ledger } = await temporaryLedger();
    const { admit } = asking(ledger, 1);
    const elsewhere = { ...who(3, 'a'), counterpartId: asCounterpartId('other-plan') };
    const limit = {
      concurrentMembers: 1,
      tokenEndsAtMs: startMs,
      expiresAtMs: startMs + 1,
      lineExpiresAtMs: startMs + 1,
    };
    expect([await admit(2), await ledger.leases.admit({ ...elsewhere, ...limit }, startMs)]).toEqual([true, true]);
  });

  test('keep their lease when a later attempt takes over, which the one before cannot give back', async () => {
    const { admit, renew, leave } = asking((await temporaryLedger()).ledger, 1);
    expect(await admit(2, { holder: 'frozen' })).toBe(true);
    expect(await admit(2, { holder: 'next' })).toBe(true);
    expect(await renew(2, 10, 'frozen')).toBe(false);
    await leave(2, 'frozen');
    expect(await admit(3)).toBe(false);
    await leave(2, 'next');
    expect(await admit(3)).toBe(true);
  });
});

describe('the line', () => {
  test('lets the member in first whose token ends first, whoever came first', async () => {
    const { admit, leave } = asking((await temporaryLedger()).ledger, 1);
    expect(await admit(2)).toBe(true);
    expect([await admit(3, { tokenEnds: 9_000 }), await admit(4, { tokenEnds: 5_000 })]).toEqual([false, false]);
    await leave(2);
    expect(await admit(3, { tokenEnds: 9_000 })).toBe(false);
    expect(await admit(4, { tokenEnds: 5_000 })).toBe(true);
  });

  test('forgets who no longer asks', async () => {
    const { admit, leave } = asking((await temporaryLedger()).ledger, 1);
    expect(await admit(2)).toBe(true);
    expect(await admit(3, { tokenEnds: 1_000 })).toBe(false);
    await leave(2);
    expect(await admit(4, { at: 50, tokenEnds: 9_000 })).toBe(false);
    expect(await admit(4, { at: 100, tokenEnds: 9_000 })).toBe(true);
  });

  test('is left by who gives up', async () => {
    const { admit, leave } = asking((await temporaryLedger()).ledger, 1);
    expect([await admit(2), await admit(3, { tokenEnds: 1 })]).toEqual([true, false]);
    await leave(3);
    await leave(2);
    expect(await admit(4)).toBe(true);
  });
});

test('whoever asks, leaves or stands still: never more are in flight than allowed, and whoever keeps asking gets in', async () => {
  const { ledger, openAgain } = await temporaryLedger();
  const hands = [ledger, await openAgain()];
  const members = 5;
  const step = fc.record({
    member: fc.integer({ min: 0, max: members - 1 }),
    deed: fc.constantFrom('ask', 'ask', 'leave'),
    hand: fc.integer({ min: 0, max: 1 }),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 3 }), async (steps, allowed) => {
      run += 1;
      const place = asCounterpartId(`plan-${run}`);
      const inFlight = new Set<number>();
      const ask = async (member: number, hand = 0) => {
        const request = { ...who(member, 'a'), counterpartId: place, concurrentMembers: allowed };
        const times = {
          tokenEndsAtMs: startMs + member,
          expiresAtMs: startMs + 1_000,
          lineExpiresAtMs: startMs + 1_000,
        };
        if (await hands[hand]?.leases.admit({ ...request, ...times }, startMs)) inFlight.add(member);
      };
      for (const { member, deed, hand } of steps) {
        if (deed === 'ask') await ask(member, hand);
        else {
          await hands[hand]?.leases.leave({ ...who(member, 'a'), counterpartId: place });
          inFlight.delete(member);
        }
        expect(inFlight.size).toBeLessThanOrEqual(allowed);
      }
      const done = new Set<number>();
      for (let round = 0; round < members; round += 1) {
        for (let member = 0; member < members; member += 1) if (!done.has(member)) await ask(member);
        for (const member of inFlight) {
          done.add(member);
          await ledger.leases.leave({ ...who(member, 'a'), counterpartId: place });
        }
        inFlight.clear();
      }
      expect(done.size).toBe(members);
    }),
    { numRuns: 25 },
  );
});
