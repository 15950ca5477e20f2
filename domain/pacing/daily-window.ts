// The standard's date and time library; nothing to do with Temporal, the workflow engine.
import { Temporal as DateTime } from 'temporal-polyfill';

import type { PacingProfile } from '../../schemas/counterpart.ts';

/** The hours in which a counterpart takes requests, by the clock on its wall; over midnight where it closes before it opens. */
export interface DailyWindow {
  readonly opens: DateTime.PlainTime;
  readonly closes: DateTime.PlainTime;
  /** IANA name. */
  readonly timeZone: string;
}

/** Times in milliseconds since 1970. */
export type WindowState =
  | { readonly kind: 'open'; readonly closesAtMs: number }
  | { readonly kind: 'closed'; readonly opensAtMs: number };

const shape = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/** True for `HH:MM-HH:MM` that is neither empty nor the whole day. */
export function isWindowText(text: string): boolean {
  const [opens, closes] = text.split('-');
  return shape.test(text) && opens !== closes;
}

/** True for a time zone whose rules are known here. Fixed offsets are none: they have no summer time. */
export function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && DateTime.Now.zonedDateTimeISO(name).timeZoneId !== '';
  } catch {
    return false;
  }
}

/** The window of a checked profile; none means that requests may go at any time. */
export function dailyWindowOf({
  window,
  timeZone,
}: Pick<PacingProfile, 'window' | 'timeZone'>): DailyWindow | undefined {
  if (window === undefined || timeZone === undefined) return undefined;
  const [opens = '', closes = ''] = window.split('-');
  return { opens: DateTime.PlainTime.from(opens), closes: DateTime.PlainTime.from(closes), timeZone };
}

/**
 * Whether requests may go at this moment, and when that changes. The wall clock decides: an hour that comes twice in autumn is
 * open twice, and a window that would open in the hour that spring leaves out opens right after it.
 */
export function windowAt(window: DailyWindow, nowMs: number): WindowState {
  const now = DateTime.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(window.timeZone);
  const open = isOpen(window, now);
  const change = momentsAfter(window, now).find((moment) => isOpen(window, moment) !== open);
  // No calendar keeps a window from changing for days; should one do so, somebody looks again tomorrow.
  const changesAtMs = change?.epochMilliseconds ?? now.add({ days: 1 }).epochMilliseconds;
  return open ? { kind: 'open', closesAtMs: changesAtMs } : { kind: 'closed', opensAtMs: changesAtMs };
}

function isOpen({ opens, closes }: DailyWindow, at: DateTime.ZonedDateTime): boolean {
  const time = at.toPlainTime();
  const begun = DateTime.PlainTime.compare(time, opens) >= 0;
  const over = DateTime.PlainTime.compare(time, closes) >= 0;
  return DateTime.PlainTime.compare(opens, closes) < 0 ? begun && !over : begun || !over;
}

const daysAhead = [0, 1, 2, 3];

/** The moments of the next days at which something may change, in order: both wall-clock times, and the clock being put forward or back. */
function momentsAfter({ opens, closes, timeZone }: DailyWindow, now: DateTime.ZonedDateTime): DateTime.ZonedDateTime[] {
  const days = daysAhead.map((ahead) => now.toPlainDate().add({ days: ahead }));
  const onTheWall = days.flatMap((day) =>
    [opens, closes].flatMap((time) =>
      (['earlier', 'later'] as const).map((disambiguation) =>
        day.toPlainDateTime(time).toZonedDateTime(timeZone, { disambiguation }),
      ),
    ),
  );
  const transition = now.getTimeZoneTransition('next');
  return [...onTheWall, ...(transition === null ? [] : [transition])]
    .filter((moment) => DateTime.ZonedDateTime.compare(moment, now) > 0)
    .toSorted((one, other) => DateTime.ZonedDateTime.compare(one, other));
}
