/**
 * `Retry-After` in milliseconds: seconds, or an HTTP date that is measured against the answer's own Date header (RFC 9110, 10.2.3).
 * `undefined` where the header is missing or makes no sense.
 */
export function retryAfterMs(retryAfter: string | undefined, date: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const until = Date.parse(retryAfter);
  if (Number.isNaN(until)) return undefined;
  return Math.max(0, until - (httpDateMs(date) ?? Date.now()));
}

/** An HTTP date in milliseconds since 1970. */
export function httpDateMs(date: string | undefined): number | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : time;
}
