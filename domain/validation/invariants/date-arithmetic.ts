const setters: ReadonlyMap<string, (date: Date, amount: number) => void> = new Map([
  ['year', (date: Date, amount: number) => shiftMonths(date, amount * 12)],
  ['month', (date: Date, amount: number) => shiftMonths(date, amount)],
  ['week', (date: Date, amount: number) => void date.setUTCDate(date.getUTCDate() + amount * 7)],
  ['day', (date: Date, amount: number) => void date.setUTCDate(date.getUTCDate() + amount)],
  ['hour', (date: Date, amount: number) => void date.setUTCHours(date.getUTCHours() + amount)],
  ['minute', (date: Date, amount: number) => void date.setUTCMinutes(date.getUTCMinutes() + amount)],
  ['second', (date: Date, amount: number) => void date.setUTCSeconds(date.getUTCSeconds() + amount)],
]);

const units: ReadonlyMap<string, string> = new Map([
  ['wk', 'week'],
  ['d', 'day'],
  ['h', 'hour'],
  ['min', 'minute'],
  ['s', 'second'],
]);

/** The last day of the month where the day does not exist there (N1, 6.6.7). */
function shiftMonths(date: Date, months: number): void {
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
}

/** A FHIR date and a duration, such as `{ value: 1, unit: 'year' }`; as precise as the date. Nothing for what is no date or duration. */
export function datePlus(date: unknown, duration: unknown): string | undefined {
  return shifted(date, duration, 1);
}

export function dateMinus(date: unknown, duration: unknown): string | undefined {
  return shifted(date, duration, -1);
}

function shifted(date: unknown, duration: unknown, sign: 1 | -1): string | undefined {
  if (typeof date !== 'string' || typeof duration !== 'object' || duration === null) return undefined;
  const { value, unit } = duration as { value?: unknown; unit?: unknown };
  const moment = new Date(date);
  if (typeof unit !== 'string' || typeof value !== 'number' || Number.isNaN(moment.getTime())) return undefined;
  const shift = setters.get(units.get(unit) ?? unit.replace(/s$/, ''));
  if (shift === undefined) return undefined;
  shift(moment, sign * Math.trunc(value));
  if (Number.isNaN(moment.getTime())) return undefined;
  return date.length > 10 ? moment.toISOString() : moment.toISOString().slice(0, date.length);
}

/** The day of the computer's clock, in UTC. */
export function today(): string {
  return now().slice(0, 10);
}

export function now(): string {
  return new Date().toISOString();
}
