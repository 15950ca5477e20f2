// Carryover's receiving beside a bare loop over the same members, with the same connections, in one run:
//   node bench/receive-throughput.ts [--members 60] [--connections 8] [--cpu-prof DIR]
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { readSecretFile } from '../adapters/profile/read-secret-file.ts';
import type { TestMember } from '../sandbox/members/test-members.ts';
import type { BatchId } from '../schemas/ids.ts';
import { callBack } from '../test/support/browsers.ts';
import { startChild, type Child } from '../test/support/child.ts';
import { openWorld, type World } from '../test/support/open-world.ts';
import { generatedMembersOf } from '../test/support/receive-roster.ts';
import { untilState } from '../test/support/until-state.ts';
import type { BareReadJob } from './bare-read.ts';
import { cpuSecondsOf, loadNow } from './process-cpu.ts';
import { watchMemory } from './process-memory.ts';
import { browserOf, codeFor, eachOf, launchReceive, receiveProfileOf, transfersOf } from './receiving-members.ts';
import { startBenchTemporal } from './temporal-of-bench.ts';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '60' },
    connections: { type: 'string', default: '8' },
    'cpu-prof': { type: 'string' },
  },
});
const connections = Number(values.connections);
/** Browsers, and callbacks, at a time. */
const peopleAtOnce = 16;

interface Measured {
  readonly resources: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

interface MeasuredOurs extends Measured {
  readonly serverCpuSeconds: number;
  readonly deliverySeconds: number;
  /** Of the worker: idle, until a quarter of the members is stored, until all are, and while the delivery is written. */
  readonly memory: { readonly idle: number; readonly quarter: number; readonly all: number; readonly delivery: number };
}

const temporal = await startBenchTemporal();
const world = await openWorld({
  temporalAddress: temporal.address,
  pacing: `requests_per_second = 10000\nconcurrent_members = ${connections}`,
  generatedMembers: Number(values.members),
});
try {
  const members = await generatedMembersOf(world);
  const worker = await startWorker(world);
  const batchId = await launchReceive(world, members);
  await untilState(world, batchId, 'link-issued', members.length, 6_000);
  const ours = await measureOurs(world, batchId, members, { workerPid: worker.pid, serverPid: temporal.pid });
  await worker.stop();
  const bare = await measureBare(world, members);
  report(members.length, ours, bare);
} finally {
  await world.close();
  await temporal.stop();
}

/** With --cpu-prof the worker writes its profile into that folder when it ends. */
async function startWorker(of: World): Promise<Child> {
  const profileDir = values['cpu-prof'];
  if (profileDir === undefined) return of.startWorker();
  process.env['NODE_OPTIONS'] = `--cpu-prof --cpu-prof-dir=${profileDir}`;
  try {
    return await of.startWorker();
  } finally {
    delete process.env['NODE_OPTIONS'];
  }
}

/** From the first browser that comes back to the last record that is stored; then until the delivery is there. */
async function measureOurs(
  { dataDir: { ledger } }: World,
  batchId: BatchId,
  members: readonly TestMember[],
  { workerPid, serverPid }: { readonly workerPid: number; readonly serverPid: number },
): Promise<MeasuredOurs> {
  const transfers = await transfersOf(world, batchId);
  const redirects = await eachOf(members, peopleAtOnce, (member, index) =>
    browserOf(world, transfers[index] ?? transfers[0]!, member),
  );
  const memory = watchMemory(workerPid);
  const idle = memory.peakMiB();
  const [workerBefore, serverBefore] = [cpuSecondsOf(workerPid), cpuSecondsOf(serverPid)];
  const startedAt = performance.now();
  const calledBack = eachOf(redirects, peopleAtOnce, (redirect) => callBack(world, redirect));
  await untilStored(Math.ceil(members.length / 4));
  const quarter = memory.peakMiB();
  await untilStored(members.length);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuSeconds = cpuSecondsOf(workerPid) - workerBefore;
  const serverCpuSeconds = cpuSecondsOf(serverPid) - serverBefore;
  await calledBack;
  const all = memory.peakMiB();
  while ((await ledger.batches.get(batchId)).closedAt === undefined) await sleep(50);
  const deliverySeconds = (performance.now() - startedAt) / 1000 - seconds;
  const delivery = memory.peakMiB();
  memory.stop();
  const resources = await storedResources();
  return {
    resources,
    seconds,
    cpuSeconds,
    serverCpuSeconds,
    deliverySeconds,
    memory: { idle, quarter, all, delivery },
  };

  async function untilStored(count: number): Promise<void> {
    for (;;) {
      const { byState, ended } = await ledger.transfers.progress(batchId);
      if ((byState.stored ?? 0) >= count) return;
      if (ended > (byState.stored ?? 0)) throw new Error(`not every row was stored: ${JSON.stringify(byState)}`);
      await sleep(50);
    }
  }

  async function storedResources(): Promise<number> {
    const stored = await ledger.transfers.list({ batchId });
    return stored.reduce((sum, { projection }) => sum + Object.values(projection.stored).reduce((a, b) => a + b, 0), 0);
  }
}

async function measureBare(of: World, members: readonly TestMember[]): Promise<Measured> {
  const { tokenUrl, fhirBaseUrl, clientId, clientSecretFile, resourceTypes, pageSize } = receiveProfileOf(of);
  const job: BareReadJob = {
    tokenUrl,
    fhirBaseUrl,
    clientId,
    resourceTypes,
    pageSize,
    connections,
    clientSecret: await readSecretFile(clientSecretFile),
    codes: await eachOf(members, peopleAtOnce, (member) => codeFor(of, member)),
  };
  const file = join(of.directory, 'bare-job.json');
  writeFileSync(file, JSON.stringify(job));
  const child = await startChild(join(import.meta.dirname, 'bare-read.ts'), [file], '/dev/null');
  if (child.process.stdout === null) throw new Error('no output');
  const [line] = (await once(createInterface({ input: child.process.stdout }), 'line')) as [string];
  await child.ended;
  return JSON.parse(line) as Measured;
}

function report(members: number, ours: MeasuredOurs, bare: Measured): void {
  const perSecond = ({ resources, seconds }: Measured): string => (resources / seconds).toFixed(0);
  const perMinute = ({ seconds }: Measured): string => ((members / seconds) * 60).toFixed(0);
  const cpu = (cpuSeconds: number, { resources }: Measured): string => ((cpuSeconds / resources) * 1000).toFixed(2);
  const { idle, quarter, all, delivery } = ours.memory;
  const lines = [
    `${members} members, ${ours.resources} resources (bare loop: ${bare.resources}), ${connections} connections; load ${loadNow()}`,
    `  carryover  ${perMinute(ours)} members/min, ${perSecond(ours)} resources/s, ${cpu(ours.cpuSeconds, ours)} CPU s per 1,000 in the worker, ${cpu(ours.serverCpuSeconds, ours)} in Temporal`,
    `  bare loop  ${perMinute(bare)} members/min, ${perSecond(bare)} resources/s, ${cpu(bare.cpuSeconds, bare)} CPU s per 1,000`,
    `  ratio      ${(bare.seconds / ours.seconds).toFixed(2)} of the bare loop's speed`,
    `  memory     worker, peak MiB: idle ${idle.toFixed(0)}, first quarter ${quarter.toFixed(0)}, the rest ${all.toFixed(0)}, delivery ${delivery.toFixed(0)}`,
    `  delivery   ${ours.deliverySeconds.toFixed(1)} s after the last row`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
