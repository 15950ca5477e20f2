import { expect, test } from 'vitest';

import { judge } from '../../bench/chaos-judge.ts';

test('an account is held against what was stored, and each way in which it can be wrong is counted apart', () => {
  const account = { confirmed: new Set(['a', 'b', 'lost']), unknown: new Set(['c', 'd']) };
  expect(judge(account, ['a', 'b', 'b', 'c', 'stranger', 'c', 'c'])).toEqual({
    confirmed: 3,
    unknown: 2,
    stored: 4,
    unknownButStored: 1,
    storedTwice: 2,
    confirmedButNotStored: 1,
    storedButNotCounted: 1,
  });
});
