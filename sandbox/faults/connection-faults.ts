import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { FaultRule } from './fault-rule.ts';

/** Waits as the rule says, if it is meant for this moment. */
export async function waitIfSlow(rule: FaultRule | undefined, moment: 'before-storing' | 'after-storing') {
  if (rule === undefined || (rule.when ?? 'before-storing') !== moment) return;
  await delay(rule.delayMs ?? 1000);
}

/** Cuts the connection with a TCP reset: the client sees ECONNRESET. */
export function resetConnection(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}

/** Announces the whole body, sends the first half of it and hangs up. */
export function sendHalf(
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length });
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => outgoing.socket?.end());
}
