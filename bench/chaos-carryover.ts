import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { launchBatch } from '../operations/launch-batch.ts';
import { asObjectKey, type BatchId } from '../schemas/ids.ts';
import type { Plan } from '../schemas/plan.ts';
import type { MemberRecord } from '../schemas/roster.ts';
import { isRowEnd } from '../schemas/states.ts';
import type { Child } from '../test/support/child.ts';
import { writeFaultRoster } from '../test/support/fault-roster.ts';
import { openWorld, type World } from '../test/support/open-world.ts';
import { resourceKey, judge } from './chaos-judge.ts';
import type { ChaosOptions, ChaosRow } from './chaos-options.ts';
import { chaosPeople } from './chaos-people.ts';
import { killAtRandom, type KillableSender } from './chaos-run.ts';
import { chaosSwitches, killable } from './chaos-sandbox.ts';
import { memberSizes, slowAnswers } from './chaos-work.ts';
import { killSchedule } from './kill-schedule.ts';

/** After the last kill everything gets this long to end. */
const drainMs = 10 * 60_000;

/** Carryover under kills: batches are launched as long as kills are to be made; then every row must end, and the sums hold. */
export async function runCarryover(options: ChaosOptions, temporalAddress: string): Promise<ChaosRow> {
  const world = await openWorld({
    temporalAddress,
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500',
    switches: chaosSwitches,
  });
  const sandbox = killable(world.directory, world.sandboxChild);
  try {
    const batches = openBatches(world, options);
    await batches.launch();
    const sender = workerAsSender(world, await world.startWorker(), batches);
    const working = new AbortController();
    const people = playPeople(world, batches, working.signal);
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
    await people;
    return await account(world, batches, kills, open);
  } finally {
    await sandbox.stop();
    await world.close();
  }
}

/** The batches so far; a further one is launched when members run out. */
function openBatches(world: World, { members, seed }: ChaosOptions) {
  const ids: BatchId[] = [];
  const ended = new Set<BatchId>();
  let more = true;
  return {
    ids,
    /** The batches that have rows which have not ended, with how far they are. */
    async open() {
      const open: { readonly batchId: BatchId; readonly rows: number; readonly sending: number }[] = [];
      for (const batchId of ids.filter((id) => !ended.has(id))) {
        const progress = await world.dataDir.ledger.transfers.progress(batchId);
        const rows = progress.rows - progress.ended;
        if (rows > 0) open.push({ batchId, rows, sending: progress.byState['sending'] ?? 0 });
        else ended.add(batchId);
      }
      return open;
    },
    enough: () => {
      more = false;
    },
    async launch(): Promise<void> {
      const firstIndex = ids.length * members;
      const dir = join(world.directory, 'roster', String(firstIndex));
      const roster = await writeFaultRoster({ dir, seed, members, firstIndex, sizes: memberSizes });
      await world.admin.faults(slowAnswers(roster.previousMemberIds));
      const { profile } = world;
      const launch = { direction: 'send', profile, rosterFile: roster.rosterFile, again: false } as const;
      ids.push((await launchBatch(world.operator, launch)).batchId);
    },
    async launchWhenFew(): Promise<void> {
      const open = (await this.open()).reduce((sum, { rows }) => sum + rows, 0);
      if (more && open <= members / 2) await this.launch();
    },
  };
}

type Batches = ReturnType<typeof openBatches>;

function workerAsSender(world: World, first: Child, batches: Batches): KillableSender {
  let worker = first;
  return {
    async untilSending() {
      for (let round = 0; round < 200; round += 1) {
        if ((await batches.open()).some(({ sending }) => sending > 0)) return;
        await sleep(100);
      }
    },
    async kill() {
      worker.kill('SIGKILL');
      await worker.ended;
    },
    async restart() {
      worker = await world.startWorker();
    },
  };
}

async function playPeople(world: World, batches: Batches, stopped: AbortSignal): Promise<void> {
  const people = chaosPeople(world);
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
async function untilAllEnded(batches: Batches, stopped: AbortSignal): Promise<number> {
  const untilMs = Date.now() + drainMs;
  for (;;) {
    const open = (await batches.open()).reduce((sum, { rows }) => sum + rows, 0);
    if (open === 0 || stopped.aborted || Date.now() > untilMs) return open;
    await sleep(500);
  }
}

async function account(world: World, batches: Batches, kills: number, open: number): Promise<ChaosRow> {
  const { ledger, objects } = world.dataDir;
  const confirmed = new Set<string>();
  const unknown = new Set<string>();
  const broken: string[] = open === 0 ? [] : [`${open} rows are still open`];
  const states: Record<string, number> = {};
  let resources = 0;
  let members = 0;
  for (const batchId of batches.ids)
    for (const { transferId, recordObject, state, projection } of await ledger.transfers.list({ batchId })) {
      const { counts, writes } = projection;
      members += 1;
      states[state] = (states[state] ?? 0) + 1;
      resources += counts.resources - counts.withheld - counts.repeats;
      const ends = counts.confirmed + counts.refused + counts.unknown + counts.withheld + counts.repeats;
      if (ends + counts.open !== counts.resources) broken.push(`the sums of ${transferId}`);
      if (isRowEnd(state) && counts.open > 0) broken.push(`open resources of ${transferId}`);
      if ((await ledger.verifyChain(transferId)).kind !== 'intact') broken.push(`the chain of ${transferId}`);
      const planObject = asObjectKey(`plan/${transferId}`);
      if (!(await objects.has(planObject))) continue;
      const record = JSON.parse((await objects.get(recordObject)).toString()) as MemberRecord;
      const plan = JSON.parse((await objects.get(planObject)).toString()) as Plan;
      for (const { ordinal, resourceType, targetId, json } of plan.resources) {
        const fate = writes.fates[ordinal];
        if (fate !== 'c' && fate !== 'u' && fate !== 'a') continue;
        const key = resourceKey(record.previousMemberId, resourceType, targetId, json);
        (fate === 'c' ? confirmed : unknown).add(key);
      }
    }
  const judged = await judge(world.sandbox.adminUrl, { confirmed, unknown });
  return { sender: 'Carryover', kills, members, resources, judged, broken, states };
}
