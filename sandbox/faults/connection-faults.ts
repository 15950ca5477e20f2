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

interface WholeAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Announces the whole body, sends the first half of it and hangs up. */
export function sendHalf(outgoing: ServerResponse, answer: WholeAnswer): void {
  const [firstHalf] = announce(outgoing, answer);
  outgoing.write(firstHalf, () => outgoing.socket?.end());
}

/** Sends the first half of the body, and the other one after a while. */
export async function sendSlowly(outgoing: ServerResponse, answer: WholeAnswer, delayMs = 1000): Promise<void> {
  const [firstHalf, secondHalf] = announce(outgoing, answer);
  outgoing.write(firstHalf);
  await delay(delayMs);
  outgoing.end(secondHalf);
}

function announce(outgoing: ServerResponse, { status, headers, body }: WholeAnswer): readonly [Buffer, Buffer] {
  const bytes = Buffer.from(body);
  const half = Math.floor(bytes.length / 2);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length });
  return [bytes.subarray(0, half), bytes.subarray(half)];
}
