import { expect, test } from 'vitest';

import { retryAfterMs } from '../../../adapters/http/retry-after.ts';

const date = 'Thu, 26 Nov 2026 12:00:00 GMT';

test.each([
  ['30', 30_000],
  [' 0 ', 0],
  ['Thu, 26 Nov 2026 12:01:00 GMT', 60_000],
  ['Thu, 26 Nov 2026 11:00:00 GMT', 0],
])('%s is %i milliseconds', (retryAfter, expected) => {
  expect(retryAfterMs(retryAfter, date)).toBe(expected);
});

test.each(['86400', '4000000000', '9'.repeat(400), 'Thu, 26 Nov 2099 12:00:00 GMT'])('%s is an hour', (retryAfter) => {
  expect(retryAfterMs(retryAfter, date)).toBe(3_600_000);
});

test.each(['soon', '-5 minutes', ''])('"%s" says nothing', (retryAfter) => {
  expect(retryAfterMs(retryAfter, date)).toBeUndefined();
});
