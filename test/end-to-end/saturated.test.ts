import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { authorize, callBack } from '../support/browsers.ts';
import { writeFaultRoster } from '../support/fault-roster.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilState } from '../support/until-state.ts';

/** As many as the profile allows in flight, which is as many slices as a worker runs; and the slots for all other work. */
const slices = 2;
const otherSlots = 20;
const receiveRoster = join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv');
let world: World;

beforeAll(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    top: 'heartbeat_timeout_ms = 180000',
    send: 'write_timeout_ms = 120000',
    pacing: `requests_per_second = 500\nconcurrent_members = ${slices}`,
  });
});
afterAll(() => world.close());

async function launch(direction: 'send' | 'receive', rosterFile: string): Promise<BatchId> {
  const { batchId } = await launchBatch(world.operator, {
    direction,
    profile: world.profile,
    rosterFile,
    again: false,
  });
  return batchId;
}

async function launchSend(name: string, seed: number, members: number): Promise<BatchId> {
  const dir = join(world.directory, 'roster', name);
  return launch('send', (await writeFaultRoster({ dir, seed, members, sizes: [40] })).rosterFile);
}

async function handInTokens(batchId: BatchId): Promise<void> {
  const { dataDir, profile, admin, operator } = world;
  const { send } = profile.profile;
  if (send === undefined) throw new Error('the profile cannot send');
  for (const { transferId, recordObject } of await dataDir.ledger.transfers.list({ batchId })) {
    const { given, family, birthDate, previousMemberId } = await openMemberRecord(dataDir, { recordObject });
    const wish = { name: `${given} ${family}`, birthDate, previousMemberId };
    const { accessToken } = await admin.mintToken(wish);
    await handInToken(operator, { transferId, accessToken, send });
  }
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let round = 0; round < 1_200; round += 1) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`never: ${what}`);
}

// Preparing the mails that fill the slots takes long on a busy machine.
test(
  'while every slot of the worker is held by the other side, each code is exchanged all the same',
  { timeout: 240_000 },
  async () => {
    await world.startWorker();
    const receiving = await launch('receive', receiveRoster);
    await untilState(world, receiving, 'link-issued', 4);
    const waiting = await world.dataDir.ledger.transfers.list({ batchId: receiving });
    const browsers = await Promise.all(waiting.map(({ transferId }) => authorize(world, transferId)));
    const sending = await launchSend('posts', 41, slices + 2);
    await untilState(world, sending, 'approval-requested', slices + 2);

    // Posts of members in flight, and mails of others: none is answered.
    await world.admin.faults([
      { kind: 'hold', route: 'POST /r4' },
      { kind: 'hold', route: 'SMTP DATA' },
    ]);
    await handInTokens(sending);
    const mailing = await launchSend('mails', 43, otherSlots + 2);
    await until(async () => (await world.admin.hits()).join() === `${slices},${otherSlots}`, 'every slot is taken');

    const back = await Promise.all(browsers.map((redirectedTo) => callBack(world, redirectedTo)));
    expect(back.map(({ kind }) => kind)).toEqual(Array(4).fill('authorized'));
    const codes = async () => await world.admin.codes();
    await until(
      async () => (await codes()).every(({ exchangedAtMs }) => exchangedAtMs !== undefined),
      'all are exchanged',
    );
    expect(await codes()).toHaveLength(4);
    // Nothing else was answered before, and no slot was let go: a mail gives up after a minute, and then the next one goes.
    expect(await world.admin.hits()).toEqual([slices, otherSlots]);
    expect((await world.admin.journal()).map(({ route }) => route)).toEqual(Array(4).fill('/oauth2/token'));

    await world.admin.faults([]);
    await untilState(world, receiving, 'stored', 4);
    await untilState(world, sending, 'sent', slices + 2);
    await untilState(world, mailing, 'approval-requested', otherSlots + 2);
  },
);
