/** Nobody waits longer because of one header: it slows everybody at the counterpart, and asking once an hour harms no one. */
const longestMs = 3_600_000;

/**
 * `Retry-After` in milliseconds, an hour at most: seconds, or an HTTP date that is measured against the answer's own Date header (RFC
 * 9110, 10.2.3). `undefined` where the header is missing or makes no sense.
 */
export function retryAfterMs(retryAfter: string | undefined, date: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(retryAfter)) return Math.min(Number(retryAfter) * 1000, longestMs);
  const until = Date.parse(retryAfter);
  if (Number.isNaN(until)) return undefined;
  return Math.min(Math.max(0, until - (httpDateMs(date) ?? Date.now())), longestMs);
}

/** An HTTP date in milliseconds since 1970. */
export function httpDateMs(date: string | undefined): number | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : time;
}
