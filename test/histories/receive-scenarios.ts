import { setTimeout as sleep } from 'node:timers/promises';

import { launchBatch } from '../../operations/launch-batch.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { authorize, callBack } from '../support/browsers.ts';
import { hoursAround, nextMinute } from '../support/hours-around.ts';
import type { World } from '../support/open-world.ts';
import { untilState } from '../support/until-state.ts';
import { pace, type Scenario, type Stage, untilRevision, untilTrue } from './scenario.ts';

/** Links by e-mail, left as files; with further keys of `[receive]` before it. */
export function linkMail(keys = ''): string {
  return `${keys}
[receive.link_mail]
from = "transfers@plan.example"
company = "Example Health Plan"
contact = "555-0100"`;
}

/** What can become of a transfer that receives. */
export const receiveScenarios: Readonly<Record<string, Scenario>> = {
  'receive-outside-the-window': {
    direction: 'receive',
    get wishes() {
      return { pacing: `${pace}\n${hoursAround(nextMinute(15_000), 'opens')}` };
    },
    play: authorizeAndReceive,
  },
  'receive-straight': {
    direction: 'receive',
    play: authorizeAndReceive,
  },
  'receive-link-mailed': {
    direction: 'receive',
    email: 'sherie@mail.example',
    wishes: { receive: linkMail() },
    async play({ world, transferId, until }) {
      await until('link-issued');
      await untilMailed(world, transferId, 1);
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-link-reminded': {
    direction: 'receive',
    email: 'sherie@mail.example',
    wishes: { receive: linkMail('link_reminder_seconds = 1\nlink_reminders = 2') },
    async play({ world, transferId, until }) {
      await until('link-issued');
      await untilMailed(world, transferId, 3);
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-answered-while-mailing': {
    direction: 'receive',
    email: 'sherie@mail.example',
    // Nobody listens there: every try is proved to be unsent.
    wishes: { receive: `${linkMail()}\n[receive.link_mail.smtp]\nhost = "127.0.0.1"\nport = 9` },
    async play({ world, transferId, until }) {
      await until('link-issued');
      await untilMailed(world, transferId, 1, 'unsent');
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-link-expired-after-a-reminder': {
    direction: 'receive',
    email: 'sherie@mail.example',
    wishes: { receive: linkMail('link_lifetime_seconds = 6\nlink_reminder_seconds = 3') },
    async play({ until }) {
      await until('expired');
    },
  },
  'receive-retried': {
    direction: 'receive',
    prepare: (world) =>
      world.admin.faults([{ kind: 'status', status: 503, route: 'GET /r4/*', ordinals: [3], retryAfterSeconds: 1 }]),
    play: authorizeAndReceive,
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
  'receive-new-link-after-overdue-exchange': {
    direction: 'receive',
    prepare: (world) =>
      world.admin.faults([
        { kind: 'status', status: 429, retryAfterSeconds: 3_600, route: 'POST /oauth2/token', ordinals: [1] },
      ]),
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
    play: authorizeAndReceive,
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
    play: authorizeAndReceive,
  },
};

/** The member says yes to the link, and the record is stored. */
async function authorizeAndReceive({ world, transferId, until }: Stage): Promise<void> {
  await until('link-issued');
  await callBack(world, await authorize(world, transferId));
  await until('stored');
}

/** The batch that an update follows. */
async function receiveBefore(world: World, rosterFile: string): Promise<void> {
  const launch = { direction: 'receive', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilState(world, batchId, 'link-issued');
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId }))
    await callBack(world, await authorize(world, transferId));
  await untilState(world, batchId, 'stored');
}

export async function untilMailed(
  { dataDir }: World,
  transferId: TransferId,
  count: number,
  outcome: 'written' | 'unsent' = 'written',
): Promise<void> {
  await untilTrue(async () => {
    const bodies = (await dataDir.ledger.events(transferId)).map(({ body }) => body);
    return bodies.filter((body) => body.kind === 'mail-answered' && body.outcome === outcome).length >= count;
  });
}
