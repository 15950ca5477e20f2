// Members who wait a week for their browser, and all come back within an hour:
//   node bench/waiting-members.ts [--members 200] [--wait-seconds 120] [--answer-seconds 60]
// The week passes on the clocks of the ledger, the callback listener, the worker and the sandbox, a day at a time. Temporal's own clock
// goes on as it does, for --wait-seconds: long enough for slow rounds of the batch. The hour is compressed into --answer-seconds,
// over which the members come back evenly.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { Client } from '@temporalio/client';

import type { BatchId } from '../schemas/ids.ts';
import { batchWorkflowId, sweepWorkflowId, transferWorkflowId } from '../schemas/transfer.ts';
import { callBack } from '../test/support/browsers.ts';
import type { Child } from '../test/support/child.ts';
import { historyFacts } from '../test/support/history-facts.ts';
import { openWorld, type World } from '../test/support/open-world.ts';
import { generatedMembersOf } from '../test/support/receive-roster.ts';
import { untilState } from '../test/support/until-state.ts';
import { codeAges } from './code-ages.ts';
import { cpuSecondsOf, loadNow } from './process-cpu.ts';
import { residentMiBOf } from './process-memory.ts';
import { browserOf, eachOf, launchReceive, transfersOf } from './receiving-members.ts';
import { startBenchTemporal } from './temporal-of-bench.ts';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '200' },
    'wait-seconds': { type: 'string', default: '120' },
    'answer-seconds': { type: 'string', default: '60' },
  },
});
const count = Number(values.members);
const days = 7;
const dayMs = 86_400_000;
const peopleAtOnce = 16;
const ahead = { ms: 0 };
// As a worker of the product has it; tests have a shorter one.
const stickyTimeoutMs = 10_000;

const temporal = await startBenchTemporal();
const world = await openWorld({
  temporalAddress: temporal.address,
  pacing: 'requests_per_second = 10000\nconcurrent_members = 8',
  // What is read is not what is measured here.
  receive: 'resource_types = ["Condition"]',
  generatedMembers: count,
  clock: () => Date.now() + ahead.ms,
});
try {
  const members = await generatedMembersOf(world);
  const clockFile = join(world.directory, 'worker-clock');
  const worker = await world.startWorker({ clockFile, stickyTimeoutMs });
  const batchId = await launchReceive(world, members);
  await untilState(world, batchId, 'link-issued', count, 12_000);
  const transfers = await transfersOf(world, batchId);
  const memberIds = transfers.map(transferWorkflowId);
  const ownIds = [batchWorkflowId(batchId), sweepWorkflowId(world.dataDir.keys.installationId)];
  // The launch itself ends a moment after the last link.
  await sleep(10_000);

  const before = await lookAt(worker, memberIds, ownIds);
  for (let day = 1; day <= days; day += 1) {
    await sleep((Number(values['wait-seconds']) * 1000) / days);
    await moveClocks(worker, clockFile, day * dayMs);
  }
  const after = await lookAt(worker, memberIds, ownIds);

  const startedAt = performance.now();
  await eachOf(members, peopleAtOnce, async (member, index) => {
    const transferId = transfers[index];
    const dueMs = (Number(values['answer-seconds']) * 1000 * index) / count - (performance.now() - startedAt);
    if (dueMs > 0) await sleep(dueMs);
    if (transferId !== undefined) await callBack(world, await browserOf(world, transferId, member));
  });
  const answeredSeconds = (performance.now() - startedAt) / 1000;
  await untilEnded(batchId);
  const ages = await codeAges(world);
  const end = await lookAt(worker, [], ownIds);
  const facts = await eachOf(transfers, peopleAtOnce, (transferId) => historyFacts(world, transferId));
  const most = (of: (one: (typeof facts)[number]) => number): number => Math.max(...facts.map(of));

  const lines = [
    `${count} members waited ${days} days by every clock but Temporal's (${values['wait-seconds']} s); load ${loadNow()}`,
    `  worker     memory ${mib(before)} MiB at the start of the wait, ${mib(after)} at its end, ${mib(end)} when all were stored; ${(after.cpuSeconds - before.cpuSeconds).toFixed(1)} CPU s in the wait`,
    `  waiting    events of members' histories: ${before.memberEvents} at its start, ${after.memberEvents} at its end; of the batch and the sweep together: ${after.ownEvents - before.ownEvents} new`,
    `  answers    ${count} browsers came back within ${answeredSeconds.toFixed(0)} s; ${ages.exchanged} of ${ages.issued} codes exchanged, at the age of ${ages.maxSeconds.toFixed(1)} s at most, p99 ${ages.p99Seconds.toFixed(1)} s`,
    `  whole life at most ${most(({ events }) => events)} events, ${most(({ workflowTasks }) => workflowTasks)} workflow tasks, ${most(({ activities }) => activities)} activities a member`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const holds = after.memberEvents === before.memberEvents && ages.exchanged === count && ages.issued === count;
  if (!holds) process.exitCode = 1;
} finally {
  await world.close();
  await temporal.stop();
}

/** A code that was not exchanged in time leaves its member with a new link: then it is told, and not waited for. */
async function untilEnded(batchId: BatchId): Promise<void> {
  const { ledger } = world.dataDir;
  for (;;) {
    const { byState } = await ledger.transfers.progress(batchId);
    const { stored = 0, 'link-issued': again = 0 } = byState;
    if (stored + again === count) return;
    await sleep(500);
  }
}

interface Look {
  readonly memoryMiB: number;
  readonly cpuSeconds: number;
  /** Events of all members' histories, and of the workflows that are there once. */
  readonly memberEvents: number;
  readonly ownEvents: number;
}

async function lookAt({ pid }: Child, memberIds: readonly string[], ownIds: readonly string[]): Promise<Look> {
  const look = { memoryMiB: residentMiBOf(pid), cpuSeconds: cpuSecondsOf(pid) };
  const [memberEvents, ownEvents] = [await eventsOf(world, memberIds), await eventsOf(world, ownIds)];
  return { ...look, memberEvents, ownEvents };
}

function mib({ memoryMiB }: Look): string {
  return memoryMiB.toFixed(0);
}

async function eventsOf({ operator }: World, ids: readonly string[]): Promise<number> {
  const lengthOf = async (id: string) => (await handle(operator.temporal, id).describe()).historyLength;
  return (await eachOf(ids, peopleAtOnce, lengthOf)).reduce((sum, length) => sum + length, 0);
}

function handle(client: Client, workflowId: string) {
  return client.workflow.getHandle(workflowId);
}

async function moveClocks(worker: Child, clockFile: string, aheadMs: number): Promise<void> {
  await world.admin.clock({ advanceMs: aheadMs - ahead.ms });
  ahead.ms = aheadMs;
  writeFileSync(clockFile, String(aheadMs));
  worker.kill('SIGUSR2');
}
