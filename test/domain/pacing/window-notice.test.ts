import { expect, test } from 'vitest';

import { windowNotice, windowNoticeOf } from '../../../domain/pacing/window-notice.ts';

const pacing = { requestsPerSecond: 1, concurrentMembers: 1, window: '20:00-06:00', timeZone: 'America/New_York' };
const noon = Date.parse('2026-01-15T17:00:00Z');
const midnight = Date.parse('2026-01-16T05:00:00Z');
const opens = "the counterpart's daily window (20:00-06:00 America/New_York), which opens at 2026-01-16T01:00:00.000Z";
const goodAt = (expiresAt: string) => ({ token: { expiresAt } });
const long = goodAt('2026-01-16T02:00:00.000Z');

test('says when a closed window opens, and nothing while it is open or there is none', () => {
  expect(windowNotice(pacing, noon)).toEqual({ opensAt: '2026-01-16T01:00:00.000Z', waitsFor: opens });
  expect(windowNotice(pacing, midnight)).toBeUndefined();
  expect(windowNotice({ requestsPerSecond: 1, concurrentMembers: 1 }, noon)).toBeUndefined();
});

test.for(['sending', 'reading', 'token-waiting'] as const)(
  'a transfer that is %s under a token waits for it',
  (state) => {
    expect(windowNoticeOf(pacing, { state, ...long }, noon)?.waitsFor).toBe(opens);
    expect(windowNoticeOf(pacing, { state, ...long }, midnight)).toBeUndefined();
  },
);

test.for(['approval-requested', 'paused', 'needs-decision', 'authorized', 'sent'] as const)(
  'a transfer that is %s does not',
  (state) => {
    expect(windowNoticeOf(pacing, { state, ...long }, noon)).toBeUndefined();
  },
);

test('without a token, or with one that has ended, a transfer waits for the token and not for the window', () => {
  expect(windowNoticeOf(pacing, { state: 'token-waiting' }, noon)).toBeUndefined();
  const ended = goodAt('2026-01-15T16:59:59.000Z');
  expect(windowNoticeOf(pacing, { state: 'sending', ...ended }, noon)).toBeUndefined();
});

test('tells that a token will not live to see the window open', () => {
  const short = goodAt('2026-01-15T18:00:00.000Z');
  expect(windowNoticeOf(pacing, { state: 'sending', ...short }, noon)?.waitsFor).toBe(
    `${opens}; its access token ends before, at 2026-01-15T18:00:00.000Z: ask the counterpart for another one`,
  );
  expect(windowNoticeOf(pacing, { state: 'reading', ...short }, noon)?.waitsFor).toContain('the member is asked');
  const renewable = { token: { ...short.token, refreshTokenId: 'r' } };
  expect(windowNoticeOf(pacing, { state: 'reading', ...renewable }, noon)?.waitsFor).toBe(opens);
});
