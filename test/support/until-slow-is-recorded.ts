import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxAdmin } from './sandbox-admin.ts';

/** What the client gave up waiting for, the counterpart works on all the same, later: waits until it wrote down every slow request. */
export async function untilSlowIsRecorded(admin: SandboxAdmin, rounds = 600): Promise<void> {
  const slow = (await admin.faultCounts()).filter(({ rule }) => rule.kind === 'slow');
  const met = slow.reduce((sum, { hits }) => sum + hits, 0);
  for (let round = 0; round < rounds; round += 1) {
    const recorded = (await admin.journal()).filter(({ faults }) => faults.includes('slow'));
    if (recorded.length >= met) return;
    await sleep(100);
  }
  throw new Error('a slow request was never worked on');
}
