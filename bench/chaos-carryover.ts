import { setTimeout as sleep } from 'node:timers/promises';

import { openWorld } from '../test/support/open-world.ts';
import { accountOf } from './chaos-account.ts';
import { openBatches, type ChaosBatches } from './chaos-batches.ts';
import type { ChaosOptions, ChaosRow } from './chaos-options.ts';
import { chaosPeople, type ChaosPeople } from './chaos-people.ts';
import { killAtRandom } from './chaos-run.ts';
import { chaosSwitches, killable } from './chaos-sandbox.ts';
import { startKillableWorker } from './chaos-worker.ts';
import { killSchedule } from './kill-schedule.ts';

/** After the last kill everything gets this long to end. */
const drainMs = 10 * 60_000;

/** Carryover under kills: batches are launched as long as kills are to be made; then every row must end, and the sums hold. */
export async function runCarryover(options: ChaosOptions, temporalAddress: string): Promise<ChaosRow> {
  const world = await openWorld({
    temporalAddress,
    top: 'heartbeat_timeout_ms = 2000',
    send: `write_timeout_ms = 1500\nid_assignment = "${options.ids}"`,
    pacing: 'requests_per_second = 500\nconcurrent_members = 12',
    switches: chaosSwitches(options.ids),
  });
  const sandbox = killable(world.directory, world.sandboxChild);
  try {
    const people = chaosPeople(world, options.seed);
    const batches = openBatches(world, people, options);
    await batches.launch();
    const sender = await startKillableWorker(world);
    const working = new AbortController();
    const played = playPeople(people, batches, working.signal);
    const kills = await killAtRandom({
      ...options,
      name: 'carryover',
      kills: killSchedule(options.seed, options.kills),
      sender,
      sandbox,
      untilMs: Date.now() + options.minutes * 60_000,
    });
    batches.enough();
    const open = await untilAllEnded(batches, options.stopped);
    working.abort();
    await played;
    // Where it was stopped early something may still be sent, and the journal and the ledger are read one after the other.
    await sender.kill();
    const { broken, ...account } = await accountOf(world, batches.ids);
    const stillOpen = open === 0 ? [] : [`${open} rows are still open`];
    return { sender: 'Carryover', kills, ...account, broken: [...stillOpen, ...broken], decisions: people.decisions };
  } finally {
    await sandbox.stop();
    await world.close();
  }
}

async function playPeople(people: ChaosPeople, batches: ChaosBatches, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    try {
      await people.round((await batches.open()).map(({ batchId }) => batchId));
      await batches.launchWhenFew();
    } catch (error) {
      // The sandbox may be dead just now; the next round tries again.
      if (!(error instanceof TypeError)) process.stderr.write(`people: ${String(error)}\n`);
    }
    await sleep(200);
  }
}

/** How many rows are still open when the time is over; 0 is as it should be. */
async function untilAllEnded(batches: ChaosBatches, stopped: AbortSignal): Promise<number> {
  const untilMs = Date.now() + drainMs;
  for (;;) {
    const open = (await batches.open()).reduce((sum, { rows }) => sum + rows, 0);
    if (open === 0 || stopped.aborted || Date.now() > untilMs) return open;
    await sleep(500);
  }
}
