/** A span of time, milliseconds since 1970; the end is not in it. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const YEAR = String.raw`(?<year>\d{4})`;
const MONTH = String.raw`(?:-(?<month>0[1-9]|1[0-2])`;
const DAY = String.raw`(?:-(?<day>0[1-9]|[12]\d|3[01])`;
const CLOCK = String.raw`T(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d|60)(?:\.(?<fraction>\d+))?)?`;
const ZONE = String.raw`(?<zone>Z|[+-]\d{2}:\d{2})?`;
const CONDITION = new RegExp(`^(?<prefix>eq|ne|gt|lt|ge|le|sa|eb|ap)?${YEAR}${MONTH}${DAY}(?:${CLOCK}${ZONE})?)?)?$`);

/** Prefixes of FHIR R4, search.html#prefix, for the moment when something was changed. */
const FITS: Readonly<Record<string, (changed: Span, asked: Span, now: number) => boolean>> = {
  eq: within,
  ne: (changed, asked) => !within(changed, asked),
  gt: (changed, asked) => changed.to > asked.to,
  lt: (changed, asked) => changed.from < asked.from,
  ge: (changed, asked) => changed.to > asked.to || within(changed, asked),
  le: (changed, asked) => changed.from < asked.from || within(changed, asked),
  sa: (changed, asked) => changed.from >= asked.to,
  eb: (changed, asked) => changed.to <= asked.from,
  // "10% of the gap between now and the date" (FHIR R4, search.html#prefix).
  ap: (changed, asked, now) => {
    const gap = Math.abs(now - asked.from) / 10;
    return changed.to > asked.from - gap && changed.from < asked.to + gap;
  },
};

/** True where the text is a prefix and a date, or several with commas between them. */
export function isDateCondition(condition: string): boolean {
  return condition.split(',').every((one) => CONDITION.test(one));
}

/** Whether an instant fits a condition; commas mean "or". A date without a clock is a span, one without a zone is UTC. */
export function fitsDate(instant: string, condition: string, now: number): boolean {
  const from = Date.parse(instant);
  return condition.split(',').some((one) => {
    const parts = CONDITION.exec(one)?.groups ?? {};
    return FITS[parts['prefix'] ?? 'eq']?.({ from, to: from + 1 }, spanOf(parts), now) ?? false;
  });
}

function within(changed: Span, asked: Span): boolean {
  return changed.from >= asked.from && changed.to <= asked.to;
}

function spanOf(parts: Readonly<Record<string, string | undefined>>): Span {
  const { year = '1970', month, day, hour, minute = '00', second, fraction, zone = 'Z' } = parts;
  const date = `${year}-${month ?? '01'}-${day ?? '01'}`;
  if (hour === undefined) {
    const from = new Date(`${date}T00:00:00Z`);
    const to = new Date(from);
    if (day !== undefined) to.setUTCDate(to.getUTCDate() + 1);
    else if (month === undefined) to.setUTCFullYear(to.getUTCFullYear() + 1);
    else to.setUTCMonth(to.getUTCMonth() + 1);
    return { from: from.getTime(), to: to.getTime() };
  }
  const from = Date.parse(`${date}T${hour}:${minute}:${second ?? '00'}.${(fraction ?? '0').slice(0, 3)}${zone}`);
  const lengthMs = second === undefined ? 60_000 : 10 ** (3 - Math.min(fraction?.length ?? 0, 3));
  return { from, to: from + lengthMs };
}
