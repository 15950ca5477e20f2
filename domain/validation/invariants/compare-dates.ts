/** A number below, at or above 0; nothing where the precision of the two leaves the answer open. */
type Order = number | undefined;

/**
 * Orders two FHIR dates (date, dateTime, instant; N1, 6.2). Two with time and zone are compared as moments; otherwise the parts that
 * both have are compared, and where these are the same and one has more of them, there is no answer.
 */
export function compareDates(one: unknown, other: unknown): Order {
  if (typeof one !== 'string' || typeof other !== 'string') return undefined;
  if (one === other) return 0;
  const [length, otherLength] = [one.length, other.length];
  if (length <= dayLength || otherLength <= dayLength)
    return compareBeginnings(one, other, Math.min(length, otherLength));
  const zone = zoneAt(one);
  const leap = isLeapSecond(one) || isLeapSecond(other);
  if (length === otherLength && zone > 0 && !leap && one.endsWith(other.slice(zone))) return one < other ? -1 : 1;
  return isMoment(one) && isMoment(other)
    ? moment(one) - moment(other) || fraction(one) - fraction(other)
    : compareParts(parts(one), parts(other));
}

const dayLength = 'YYYY-MM-DD'.length;

/** Parts of dates have fixed widths, so that the order of the texts is the order of the dates, as far as both go. */
function compareBeginnings(one: string, other: string, length: number): Order {
  const [begin, otherBegin] = [one.slice(0, length), other.slice(0, length)];
  if (begin === otherBegin) return undefined;
  return begin < otherBegin ? -1 : 1;
}

/** Where the zone begins. */
function zoneAt(date: string): number {
  return date.length - (date.endsWith('Z') ? 'Z' : '+00:00').length;
}

/** Orders two times of day. */
export function compareTimes(one: unknown, other: unknown): Order {
  if (typeof one !== 'string' || typeof other !== 'string') return undefined;
  return compareParts(one.split(':').map(Number), other.split(':').map(Number));
}

/** Equality of dates: nothing where the precision leaves it open. */
export function datesEqual(one: unknown, other: unknown): boolean | undefined {
  const order = compareDates(one, other);
  return order === undefined ? undefined : order === 0;
}

function isMoment(date: string): boolean {
  return date.length > 16 && (date.endsWith('Z') || /[+-]\d\d:\d\d$/.test(date));
}

const secondsAt = 'YYYY-MM-DDThh:mm:'.length;

/** FHIR allows a second of 60. */
function isLeapSecond(date: string): boolean {
  return date.startsWith('60', secondsAt);
}

/** Milliseconds since 1970. A leap second is the first one of the next minute, as in POSIX time and in the reference validator. */
function moment(date: string): number {
  if (!isLeapSecond(date)) return Date.parse(date);
  return Date.parse(`${date.slice(0, secondsAt)}59${date.slice(secondsAt + 2)}`) + 1_000;
}

/** Digits beyond the milliseconds that Date keeps. */
function fraction(date: string): number {
  return Number(`0.${/\.\d{3}(\d{1,12})/.exec(date)?.[1] ?? '0'}`);
}

function parts(date: string): readonly number[] {
  return date
    .replace(/Z$|[+-]\d\d:\d\d$/, '')
    .split(/[-T:]/)
    .map(Number);
}

function compareParts(one: readonly number[], other: readonly number[]): Order {
  const common = Math.min(one.length, other.length);
  for (let at = 0; at < common; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length === other.length ? 0 : undefined;
}
