import type { CounterpartProfile } from '../../schemas/counterpart.ts';

export type DateFormat = CounterpartProfile['roster']['dateFormat'];

const patterns: Readonly<Record<DateFormat, RegExp>> = {
  'YYYY-MM-DD': /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/,
  'MM/DD/YYYY': /^(?<month>\d{2})\/(?<day>\d{2})\/(?<year>\d{4})$/,
};

/** Reads a calendar date; gives YYYY-MM-DD, or nothing where it is not a date of that format. */
export function parseDate(text: string, format: DateFormat): string | undefined {
  const parts = patterns[format].exec(text)?.groups;
  if (parts === undefined) return undefined;
  const iso = `${parts['year']}-${parts['month']}-${parts['day']}`;
  return isCalendarDate(iso) ? iso : undefined;
}

/** True for a YYYY-MM-DD that is in the calendar: 30 February is not. */
function isCalendarDate(iso: string): boolean {
  const time = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso);
}
