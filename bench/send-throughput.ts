// Carryover's sending beside a bare loop over the same bundles, with the same connections, in one run:
//   node bench/send-throughput.ts [--members 24] [--resources 300] [--connections 8] [--delays 0,50]
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { openPlan } from '../adapters/plans/open-plan.ts';
import type { TemporalDevServer } from '../adapters/temporal/dev-server.ts';
import { bundleBody } from '../domain/payload/bundle-body.ts';
import { handInToken } from '../operations/hand-in-token.ts';
import type { BatchId } from '../schemas/ids.ts';
import { startChild } from '../test/support/child.ts';
import { openWorld, type World } from '../test/support/open-world.ts';
import { cpuSecondsOf, loadNow } from './process-cpu.ts';
import { launchSend, sendProfileOf, writeTokenFor } from './sending-members.ts';
import { startBenchTemporal } from './temporal-of-bench.ts';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '24' },
    resources: { type: 'string', default: '300' },
    connections: { type: 'string', default: '8' },
    delays: { type: 'string', default: '0,50' },
  },
});
const members = Number(values.members);
const connections = Number(values.connections);

interface Measured {
  readonly confirmed: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const temporal = await startBenchTemporal();
try {
  for (const delayMs of values.delays.split(',').map(Number)) await compare(temporal, delayMs);
} finally {
  await temporal.stop();
}

async function compare(server: TemporalDevServer, delayMs: number): Promise<void> {
  const world = await openWorld({
    temporalAddress: server.address,
    pacing: `requests_per_second = 10000\nconcurrent_members = ${connections}`,
  });
  try {
    if (delayMs > 0) await world.admin.faults([{ kind: 'slow', delayMs, route: 'POST /r4' }]);
    const worker = await world.startWorker();
    const batchId = await launchSend(world, { members, resources: Number(values.resources) });
    const job = await bareJob(world, batchId);
    const ours = await measureOurs(world, batchId, worker.pid, server.pid);
    await worker.stop();
    const bare = await measureBare(job);
    report(delayMs, ours, bare);
  } finally {
    await world.close();
  }
}

/** The same bundles, byte for byte, and a token for each member: as a file for the bare loop. */
async function bareJob(world: World, batchId: BatchId): Promise<string> {
  const jobs = [];
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId })) {
    const plan = await openPlan(world.dataDir, transferId);
    const bodies = plan.bundles.map(({ ordinals }) => bundleBody(plan, ordinals));
    jobs.push({ accessToken: await writeTokenFor(world, transferId), bodies });
  }
  const file = join(world.directory, 'bare-job.json');
  writeFileSync(file, JSON.stringify({ fhirBaseUrl: world.sandbox.fhirBaseUrl, connections, members: jobs }));
  return file;
}

/** From the first token to the last member's end. CPU: the worker's; the Temporal server's is told apart. */
async function measureOurs(
  world: World,
  batchId: BatchId,
  workerPid: number,
  serverPid: number,
): Promise<Measured & { serverCpuSeconds: number }> {
  const send = sendProfileOf(world);
  const transfers = await world.dataDir.ledger.transfers.list({ batchId });
  const tokens = await Promise.all(transfers.map(({ transferId }) => writeTokenFor(world, transferId)));
  const [workerBefore, serverBefore] = [cpuSecondsOf(workerPid), cpuSecondsOf(serverPid)];
  const startedAt = performance.now();
  await Promise.all(
    transfers.map(({ transferId }, index) =>
      handInToken(world.operator, { transferId, accessToken: tokens[index] ?? '', send }),
    ),
  );
  for (;;) {
    const { byState, counts } = await world.dataDir.ledger.transfers.progress(batchId);
    if (byState.sent === members) {
      const seconds = (performance.now() - startedAt) / 1000;
      const cpuSeconds = cpuSecondsOf(workerPid) - workerBefore;
      return {
        confirmed: counts.confirmed,
        seconds,
        cpuSeconds,
        serverCpuSeconds: cpuSecondsOf(serverPid) - serverBefore,
      };
    }
    await sleep(50);
  }
}

async function measureBare(job: string): Promise<Measured> {
  const child = await startChild(join(import.meta.dirname, 'bare-loop.ts'), [job], '/dev/null');
  if (child.process.stdout === null) throw new Error('no output');
  const [line] = (await once(createInterface({ input: child.process.stdout }), 'line')) as [string];
  await child.ended;
  return JSON.parse(line) as Measured;
}

function report(delayMs: number, ours: Measured & { serverCpuSeconds: number }, bare: Measured): void {
  const perSecond = ({ confirmed, seconds }: Measured) => confirmed / seconds;
  const cpu = ({ confirmed, cpuSeconds }: Measured) => (cpuSeconds / confirmed) * 1000;
  const lines = [
    `counterpart answers after ${delayMs} ms; ${members} members, ${ours.confirmed} resources, ${connections} connections; load ${loadNow()}`,
    `  carryover  ${perSecond(ours).toFixed(0)} resources/s, ${cpu(ours).toFixed(2)} CPU s per 1,000 in the worker, ${((ours.serverCpuSeconds / ours.confirmed) * 1000).toFixed(2)} in Temporal`,
    `  bare loop  ${perSecond(bare).toFixed(0)} resources/s, ${cpu(bare).toFixed(2)} CPU s per 1,000`,
    `  ratio      ${(perSecond(ours) / perSecond(bare)).toFixed(2)} of the goodput`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
