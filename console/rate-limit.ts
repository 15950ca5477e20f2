/** A token bucket for the whole process: hono has no rate limiter of its own, and behind a proxy every caller has one address. */
export function rateLimit(limit: {
  readonly perSecond: number;
  readonly burst: number;
  /** Milliseconds; only differences count. */
  readonly clock: () => number;
}): { take(): boolean } {
  const { perSecond, burst, clock } = limit;
  let tokens = burst;
  let refilledAtMs = clock();
  return {
    /** False where the caller must come back later. */
    take() {
      const nowMs = clock();
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - refilledAtMs) / 1000) * perSecond);
      refilledAtMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
