import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { dailyWindowOf, isTimeZone, isWindowText, windowAt } from '../../../domain/pacing/daily-window.ts';

const newYork = 'America/New_York';

function at(window: string, timeZone: string, iso: string): string {
  const daily = dailyWindowOf({ window, timeZone });
  if (daily === undefined) throw new Error('no window');
  const state = windowAt(daily, Date.parse(iso));
  return state.kind === 'open'
    ? `open until ${new Date(state.closesAtMs).toISOString()}`
    : `closed until ${new Date(state.opensAtMs).toISOString()}`;
}

describe('a daily window', () => {
  test('is none where the profile names none', () => {
    expect(dailyWindowOf({})).toBeUndefined();
  });

  test('opens and closes by the clock of its zone, at the minute', () => {
    expect(at('09:00-17:30', newYork, '2026-01-15T13:59:59.999Z')).toBe('closed until 2026-01-15T14:00:00.000Z');
    expect(at('09:00-17:30', newYork, '2026-01-15T14:00:00Z')).toBe('open until 2026-01-15T22:30:00.000Z');
    expect(at('09:00-17:30', newYork, '2026-01-15T22:30:00Z')).toBe('closed until 2026-01-16T14:00:00.000Z');
    expect(at('09:00-17:30', newYork, '2026-07-15T13:00:00Z')).toBe('open until 2026-07-15T21:30:00.000Z');
  });

  test('goes over midnight', () => {
    expect(at('20:00-06:00', newYork, '2026-01-16T00:59:00Z')).toBe('closed until 2026-01-16T01:00:00.000Z');
    expect(at('20:00-06:00', newYork, '2026-01-16T01:00:00Z')).toBe('open until 2026-01-16T11:00:00.000Z');
    expect(at('20:00-06:00', newYork, '2026-01-16T10:59:00Z')).toBe('open until 2026-01-16T11:00:00.000Z');
    expect(at('20:00-00:00', newYork, '2026-01-16T04:59:00Z')).toBe('open until 2026-01-16T05:00:00.000Z');
  });

  test('is an hour shorter in the night in which summer time begins, and an hour longer when it ends', () => {
    expect(at('20:00-06:00', newYork, '2026-03-08T02:00:00Z')).toBe('open until 2026-03-08T10:00:00.000Z');
    expect(at('20:00-06:00', newYork, '2026-11-01T01:00:00Z')).toBe('open until 2026-11-01T11:00:00.000Z');
  });

  test('that would open in the hour that is left out opens right after it', () => {
    expect(at('02:30-05:00', newYork, '2026-03-08T06:59:00Z')).toBe('closed until 2026-03-08T07:00:00.000Z');
    expect(at('02:30-05:00', newYork, '2026-03-08T07:00:00Z')).toBe('open until 2026-03-08T09:00:00.000Z');
  });

  test('that lies in the hour that is left out does not open on that day', () => {
    expect(at('02:10-02:50', newYork, '2026-03-08T05:00:00Z')).toBe('closed until 2026-03-09T06:10:00.000Z');
  });

  test('that closes in the hour that comes twice is open in it twice', () => {
    expect(at('00:00-01:30', newYork, '2026-11-01T05:29:00Z')).toBe('open until 2026-11-01T05:30:00.000Z');
    expect(at('00:00-01:30', newYork, '2026-11-01T05:30:00Z')).toBe('closed until 2026-11-01T06:00:00.000Z');
    expect(at('00:00-01:30', newYork, '2026-11-01T06:00:00Z')).toBe('open until 2026-11-01T06:30:00.000Z');
  });

  test('knows zones of half hours, and a day that a zone left out', () => {
    expect(at('22:00-23:00', 'Asia/Kolkata', '2026-05-05T16:29:00Z')).toBe('closed until 2026-05-05T16:30:00.000Z');
    expect(at('10:00-12:00', 'Pacific/Apia', '2011-12-29T23:00:00Z')).toBe('closed until 2011-12-30T20:00:00.000Z');
  });

  // Another way to the same: the wall clock as Intl shows it, minute by minute.
  test('changes in the minute in which the clock on the wall says so, and not before, around every change of the clock', () => {
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
    const moment = fc
      .constantFrom(
        [newYork, '2026-03-08T07:00:00Z'],
        [newYork, '2026-11-01T06:00:00Z'],
        ['Europe/Berlin', '2026-03-29T01:00:00Z'],
        ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
        ['Asia/Kolkata', '2026-06-01T00:00:00Z'],
      )
      .chain(([timeZone = '', around = '']) =>
        fc.record({
          timeZone: fc.constant(timeZone),
          startMs: fc.integer({ min: -26 * 60, max: 2 * 60 }).map((minutes) => Date.parse(around) + minutes * 60_000),
        }),
      );
    fc.assert(
      fc.property(minute, minute, moment, (opens, closes, { timeZone, startMs }) => {
        fc.pre(opens !== closes);
        const daily = dailyWindowOf({ window: `${textOf(opens)}-${textOf(closes)}`, timeZone });
        if (daily === undefined) throw new Error('no window');
        const wall = wallMinutes(timeZone);
        const isOpen = (ms: number): boolean => {
          const now = wall(ms);
          return opens < closes ? now >= opens && now < closes : now >= opens || now < closes;
        };
        const state = windowAt(daily, startMs);
        let changesAtMs = startMs;
        while (isOpen(changesAtMs) === isOpen(startMs)) changesAtMs += 60_000;
        expect(state).toEqual(
          isOpen(startMs) ? { kind: 'open', closesAtMs: changesAtMs } : { kind: 'closed', opensAtMs: changesAtMs },
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('the text of a window', () => {
  test.for(['20:00-06:00', '00:00-23:59', '09:30-09:31'])('%s is one', (text) => {
    expect(isWindowText(text)).toBe(true);
  });
  test.for([
    '20:00',
    '8:00-9:00',
    '24:00-06:00',
    '20:00-06:60',
    '20:00-20:00',
    ' 20:00-06:00',
    '20:00-06:00-07:00',
    '',
  ])('"%s" is none', (text) => {
    expect(isWindowText(text)).toBe(false);
  });
});

test('a time zone is one that has rules', () => {
  expect([newYork, 'UTC', 'Europe/Berlin'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['America/New York', '+05:00', 'Mars/Base', ''].map(isTimeZone)).toEqual([false, false, false, false]);
});

function textOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function wallMinutes(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (ms) => {
    const [hour = '', minute = ''] = format.format(ms).split(':');
    return Number(hour) * 60 + Number(minute);
  };
}
