import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { seededRandom } from '../../fixtures/seeded-random.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { comparableDelivery } from '../support/comparable-delivery.ts';
import { deliveredContents, givenContents } from '../support/delivered-content.ts';
import { untilReceived } from '../support/members-at-browsers.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { writeReceiveRoster } from '../support/receive-roster.ts';

// RECEIVE_KILL_MEMBERS=200 RECEIVE_KILLS=60 npx vitest run test/end-to-end/receive-kill.test.ts
const members = Number(process.env['RECEIVE_KILL_MEMBERS'] ?? 40);
const mostKills = Number(process.env['RECEIVE_KILLS'] ?? 12);
const seed = process.env['RECEIVE_KILL_SEED'] ?? '1';
/** Kills and starts cost seconds each; one that hangs must still be found. */
const timeoutMs = 240_000 + members * 4_000;
const rounds = timeoutMs / 100;

let world: World;
let rosterFile: string;
let previousMemberIds: readonly string[];

beforeAll(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    generatedMembers: members,
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500',
    receive: 'page_size = 50\nparallel_types = 3\nrequest_timeout_ms = 3000',
  });
  ({ rosterFile, previousMemberIds } = await writeReceiveRoster(world));
});
afterAll(() => world.close());

/** Launches a batch that follows no other: an update would deliver only what has changed. */
async function launch(): Promise<BatchId> {
  // An empty line is no row, but another roster than the one before.
  await appendFile(rosterFile, '\n');
  const launched = { direction: 'receive', profile: world.profile, rosterFile, again: false } as const;
  return (await launchBatch(world.operator, launched)).batchId;
}

async function deliveryOf(batchId: BatchId) {
  const folder = join(world.dataDir.paths.deliveries, batchId);
  return comparableDelivery(folder, await world.dataDir.ledger.transfers.list({ batchId }));
}

/** Kills the worker again and again until it is told to stop, or has killed often enough. Returns how often it did. */
async function killAtRandom(stopped: AbortSignal): Promise<number> {
  const random = seededRandom(`receive-kills/${seed}`);
  for (let kills = 0; ; kills += 1) {
    const worker = await world.startWorker();
    if (kills === mostKills) return kills;
    await sleep(random.integer(200, 2_500), undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) return kills;
    worker.kill('SIGKILL');
    await worker.ended;
  }
}

test(
  `a worker killed at random moments while ${members} members are received: the delivery is the one of an undisturbed run, byte for byte`,
  async () => {
    const quiet = await launch();
    const worker = await world.startWorker();
    await untilReceived(world, quiet, rounds);
    await worker.stop();

    const killed = await launch();
    const stopping = new AbortController();
    const killing = killAtRandom(stopping.signal);
    await untilReceived(world, killed, rounds).finally(() => stopping.abort());
    const kills = await killing;
    process.stderr.write(`${members} members were received under ${kills} kills\n`);
    expect(kills).toBeGreaterThan(2);

    expect(await deliveryOf(killed)).toEqual(await deliveryOf(quiet));
    const { ledger, objects, paths } = world.dataDir;
    const transfers = await ledger.transfers.list({ batchId: killed });
    expect(transfers.map(({ state }) => state)).toEqual(Array(members).fill('stored'));
    const delivered = await deliveredContents(join(paths.deliveries, killed));
    const journal = await world.admin.journal();
    for (const [row, { transferId, projection }] of transfers.entries()) {
      expect(delivered.get(transferId)).toEqual(givenContents(journal, previousMemberIds[row] ?? ''));
      const events = await ledger.events(transferId);
      const pages = new Set(events.flatMap(({ body }) => (body.kind === 'page-read' ? [body.object] : [])));
      expect(await objects.list(`page/${transferId}/`)).toEqual([...pages].toSorted());
      expect(await ledger.rebuildProjection(transferId)).toEqual(projection);
      expect((await ledger.verifyChain(transferId)).kind).toBe('intact');
    }
    expect(await world.admin.findings()).toEqual([]);
  },
  timeoutMs * 2,
);
