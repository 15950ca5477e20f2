import { setTimeout as sleep } from 'node:timers/promises';

import { launchBatch } from '../../operations/launch-batch.ts';
import { authorize, callBack } from '../support/browsers.ts';
import { hoursAround, nextMinute } from '../support/hours-around.ts';
import type { World } from '../support/open-world.ts';
import { untilState } from '../support/until-state.ts';
import { pace, type Scenario, untilRevision } from './scenario.ts';

/** What can become of a transfer that receives. */
export const receiveScenarios: Readonly<Record<string, Scenario>> = {
  'receive-outside-the-window': {
    direction: 'receive',
    get wishes() {
      return { pacing: `${pace}\n${hoursAround(nextMinute(15_000), 'opens')}` };
    },
    async play({ world, transferId, until }) {
      await until('link-issued');
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-straight': {
    direction: 'receive',
    async play({ world, transferId, until }) {
      await until('link-issued');
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-retried': {
    direction: 'receive',
    prepare: (world) =>
      world.admin.faults([{ kind: 'status', status: 503, route: 'GET /r4/*', ordinals: [3], retryAfterSeconds: 1 }]),
    async play({ world, transferId, until }) {
      await until('link-issued');
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-new-link-after-refused-exchange': {
    direction: 'receive',
    prepare: (world) =>
      world.admin.faults([{ kind: 'status', status: 400, route: 'POST /oauth2/token', ordinals: [1] }]),
    async play({ world, transferId, until }) {
      await until('link-issued');
      await callBack(world, await authorize(world, transferId));
      await untilRevision(world, transferId, 2);
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-denied': {
    direction: 'receive',
    async play({ world, transferId, until }) {
      await until('link-issued');
      await callBack(world, await authorize(world, transferId, 'deny'));
      await until('refused');
    },
  },
  'receive-paused-and-resumed': {
    direction: 'receive',
    prepare: (world) => world.admin.faults([{ kind: 'slow', delayMs: 400, route: 'GET /r4/*' }]),
    async play({ world, transferId, until, control }) {
      await until('link-issued');
      await callBack(world, await authorize(world, transferId));
      await until('reading');
      await control('pause');
      await sleep(2_500);
      await control('resume');
      await until('stored');
    },
  },
  'receive-cancelled': {
    direction: 'receive',
    async play({ until, control }) {
      await until('link-issued');
      await control('cancel');
      await until('cancelled');
    },
  },
  'receive-link-expired': {
    direction: 'receive',
    wishes: { receive: 'link_lifetime_seconds = 1' },
    async play({ until }) {
      await until('expired');
    },
  },
  'receive-again-with-a-link': {
    direction: 'receive',
    again: true,
    prepare: receiveBefore,
    async play({ world, transferId, until }) {
      await until('link-issued');
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-again-with-a-kept-token': {
    direction: 'receive',
    wishes: { receive: 'keep_refresh_token = true' },
    again: true,
    prepare: receiveBefore,
    async play({ until }) {
      await until('stored');
    },
  },
  'receive-again-with-a-refused-kept-token': {
    direction: 'receive',
    wishes: { receive: 'keep_refresh_token = true' },
    again: true,
    async prepare(world, rosterFile) {
      await receiveBefore(world, rosterFile);
      await world.admin.faults([{ kind: 'status', status: 400, route: 'POST /oauth2/token', ordinals: [1] }]);
    },
    async play({ world, transferId, until }) {
      await until('link-issued');
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
};

/** The batch that an update follows. */
async function receiveBefore(world: World, rosterFile: string): Promise<void> {
  const launch = { direction: 'receive', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilState(world, batchId, 'link-issued');
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId }))
    await callBack(world, await authorize(world, transferId));
  await untilState(world, batchId, 'stored');
}
