import { gzipSync } from 'node:zlib';

import type { FiredFaults } from './fault-list.ts';

export interface SpoiltBody {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The body as a fault leaves it, in an answer that is whole for HTTP: cut by something on the way, or compressed unasked. */
export function spoiltBody(faults: FiredFaults, body: string): SpoiltBody {
  if (faults.has('half-json')) return { body: body.slice(0, Math.floor(body.length / 2)), headers: {} };
  // RFC 9110 12.5.3: only who says so (`identity`) may count on an answer that is not compressed; some servers do not listen.
  const encoded = { 'content-encoding': 'gzip' };
  if (faults.has('gzip')) return { body: new Uint8Array(gzipSync(body)), headers: encoded };
  if (!faults.has('broken-gzip')) return { body, headers: {} };
  const whole = new Uint8Array(gzipSync(body));
  return { body: whole.slice(0, Math.floor(whole.length / 2)), headers: encoded };
}
