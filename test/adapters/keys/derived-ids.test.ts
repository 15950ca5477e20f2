import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { asBatchId, asCounterpartId } from '../../../schemas/ids.ts';
import { newKeys } from '../ledger/temporary-ledger.ts';

const keys = newKeys();
const counterpartId = asCounterpartId('demo-plan');
const member = { previousMemberId: 'M-1', birthDate: '1980-01-02' };

describe('derived ids', () => {
  test('are the same for the same member, batch, counterpart and direction, and differ with any of them', () => {
    const memberKey = keys.memberKey(member);
    const of = { direction: 'send', counterpartId, batchId: asBatchId('b1'), memberKey } as const;
    const ids = [
      keys.transferId(of),
      keys.transferId({ ...of, direction: 'receive' }),
      keys.transferId({ ...of, counterpartId: asCounterpartId('other-plan') }),
      keys.transferId({ ...of, batchId: asBatchId('b2') }),
      keys.transferId({ ...of, memberKey: keys.memberKey({ ...member, birthDate: '1980-01-03' }) }),
      newKeys().transferId(of),
    ];
    expect(keys.transferId({ ...of })).toBe(ids[0]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{40}$/);
  });

  test('tell the boundaries of their parts', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(keys.keyedHash(...one)).not.toBe(keys.keyedHash(...other));
      }),
    );
    expect(keys.keyedHash('ab', 'c')).not.toBe(keys.keyedHash('a', 'bc'));
  });

  test('come from other keys than seals do, and every purpose has a key of its own', () => {
    const all = (['temporal', 'objects', 'secrets'] as const).map((purpose) =>
      keys.sealingKeys(purpose).keys.get('k1')?.toString('hex'),
    );
    expect(new Set([...all, keys.keys.get('k1')?.toString('hex')]).size).toBe(4);
  });
});
