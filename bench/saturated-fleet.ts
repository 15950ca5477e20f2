// Callbacks that come while every slice slot of the fleet sends: how old is each code when it is exchanged?
//   node bench/saturated-fleet.ts [--members 60] [--senders 24] [--slots 8] [--delay 2000]
// The sandbox answers each post after --delay milliseconds, so that the slots stay taken as long as members come back.
import process from 'node:process';
import { parseArgs } from 'node:util';

import { handInToken } from '../operations/hand-in-token.ts';
import { callBack } from '../test/support/browsers.ts';
import { openWorld } from '../test/support/open-world.ts';
import { generatedMembersOf } from '../test/support/receive-roster.ts';
import { untilState } from '../test/support/until-state.ts';
import { codeAges } from './code-ages.ts';
import { loadNow } from './process-cpu.ts';
import { browserOf, eachOf, launchReceive, transfersOf } from './receiving-members.ts';
import { launchSend, sendProfileOf, writeTokenFor } from './sending-members.ts';
import { startBenchTemporal } from './temporal-of-bench.ts';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '60' },
    senders: { type: 'string', default: '24' },
    slots: { type: 'string', default: '8' },
    delay: { type: 'string', default: '2000' },
  },
});
const [count, senders, slots, delayMs] = [values.members, values.senders, values.slots, values.delay].map(Number) as [
  number,
  number,
  number,
  number,
];
const lifeSeconds = 300;

const temporal = await startBenchTemporal();
const world = await openWorld({
  temporalAddress: temporal.address,
  top: 'heartbeat_timeout_ms = 60000',
  send: `write_timeout_ms = ${Math.min(delayMs + 20_000, 50_000)}`,
  receive: 'resource_types = ["Condition"]',
  pacing: `requests_per_second = 10000\nconcurrent_members = ${slots}`,
  generatedMembers: count,
});
try {
  const { ledger } = world.dataDir;
  const members = await generatedMembersOf(world);
  await world.startWorker();
  const receiving = await launchReceive(world, members);
  await untilState(world, receiving, 'link-issued', count, 6_000);
  const sending = await launchSend(world, { members: senders, resources: 400 });
  await world.admin.faults([{ kind: 'slow', delayMs, route: 'POST /r4' }]);
  const send = sendProfileOf(world);
  for (const transferId of await transfersOf(world, sending))
    await handInToken(world.operator, { transferId, accessToken: await writeTokenFor(world, transferId), send });
  await untilState(world, sending, 'sending', slots);

  const transfers = await transfersOf(world, receiving);
  await eachOf(members, 4, async (member, index) => {
    const transferId = transfers[index];
    if (transferId !== undefined) await callBack(world, await browserOf(world, transferId, member));
  });
  await untilExchanged();
  const { byState } = await ledger.transfers.progress(sending);
  const inFlight = byState.sending ?? 0;
  const waiting = byState['token-waiting'] ?? 0;
  const ages = await codeAges(world);
  await world.admin.faults([]);
  await untilState(world, sending, 'sent', senders, 6_000);
  await untilState(world, receiving, 'stored', count, 6_000);

  const lines = [
    `${count} callbacks while ${senders} members are sent in ${slots} slots, each post answered after ${delayMs} ms; load ${loadNow()}`,
    `  when the last code was exchanged ${inFlight} members were being sent and ${waiting} waited for a slot`,
    `  ${ages.exchanged} of ${ages.issued} codes exchanged, at the age of ${ages.maxSeconds.toFixed(1)} s at most, p99 ${ages.p99Seconds.toFixed(1)} s, of ${lifeSeconds} s`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  // Saturated to the end, and every code in time: else this shows nothing.
  if (inFlight < slots || ages.exchanged < count || ages.issued > count) process.exitCode = 1;
} finally {
  await world.close();
  await temporal.stop();
}

async function untilExchanged(): Promise<void> {
  while ((await codeAges(world)).exchanged < count) await new Promise((resolve) => setTimeout(resolve, 100));
}
