/** The next full minute that is at least so far away, milliseconds since 1970: windows open and close at full minutes. */
export function nextMinute(leastMs: number): number {
  return Math.ceil((Date.now() + leastMs) / 60_000) * 60_000;
}

/** The `[pacing]` lines of a daily window that opens or closes at a full minute and lasts two hours. */
export function hoursAround(minuteMs: number, change: 'opens' | 'closes'): string {
  const twoHoursMs = 2 * 3_600_000;
  const [opensMs, closesMs] =
    change === 'opens' ? [minuteMs, minuteMs + twoHoursMs] : [minuteMs - twoHoursMs, minuteMs];
  return `window = "${timeOf(opensMs)}-${timeOf(closesMs)}"\ntime_zone = "UTC"`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}
