import type { FaultRule } from './fault-rule.ts';

/** Retry-After in either of its two forms (RFC 9110 10.2.3); 1up documents neither (domain.md 1.1). */
export function retryAfterHeader(rule: FaultRule, nowMs: number): Record<string, string> {
  const { retryAfterSeconds: seconds, retryAfterForm: form } = rule;
  if (seconds === undefined) return {};
  const value = form === 'http-date' ? new Date(nowMs + seconds * 1000).toUTCString() : String(seconds);
  return { 'retry-after': value };
}
