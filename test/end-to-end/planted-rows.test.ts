import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { writeDemo } from '../../fixtures/write-demo.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
});
afterAll(() => world.close());

test('every planted row ends as the roster predicts: malformed, refused, changes first, token that dies after a bundle', async () => {
  const demo = await writeDemo({ dir: join(world.directory, 'roster'), seed: 3, members: 12 });
  const { refused, changesRequestedFirst, tokenExpiresAfterBundle1 } = demo.reviewer;
  await world.admin.reviewerRules([
    ...refused.map((previousMemberId) => ({ previousMemberId, outcome: 'refuse' })),
    ...changesRequestedFirst.map((previousMemberId) => ({ previousMemberId, outcome: 'changes' })),
  ]);
  await world.admin.faults(
    tokenExpiresAfterBundle1.map((previousMemberId) => ({
      kind: 'expire-token',
      route: 'POST /r4',
      previousMemberId,
      ordinals: [2],
    })),
  );
  await world.startWorker();
  const { batchId } = await launchBatch(world.operator, {
    direction: 'send',
    profile: world.profile,
    rosterFile: demo.rosterFile,
    again: false,
  });
  await untilEnded(world, batchId, () => replaceDeadTokens(world, batchId));

  const transfers = await world.dataDir.ledger.transfers.list({ batchId });
  const ends = Object.fromEntries(
    transfers.map(({ line, state }) => [`row-${String(line - 1).padStart(2, '0')}`, state]),
  );
  expect(ends).toEqual(demo.expected);
  const { unknown } = await judgeBatch(world, batchId, { exact: true });
  expect(unknown).toBe(0);
  expect((await world.admin.mails()).filter(({ duplicate }) => duplicate)).toEqual([]);
});

/** The person asks the counterpart for a new token where one has died, and hands it in. */
async function replaceDeadTokens(
  { dataDir, admin, operator, profile }: World,
  batchId: Parameters<typeof judgeBatch>[1],
) {
  const send = profile.profile.send;
  if (send === undefined) throw new Error('the profile cannot send');
  for (const { transferId, recordObject, projection } of await dataDir.ledger.transfers.list({
    batchId,
    states: ['token-waiting'],
  })) {
    if (projection.token !== undefined || projection.counts.confirmed === 0) continue;
    const record = await openMemberRecord(dataDir, { recordObject });
    const { accessToken } = await admin.mintToken({
      name: `${record.given} ${record.family}`,
      birthDate: record.birthDate,
      previousMemberId: record.previousMemberId,
    });
    await handInToken(operator, { transferId, accessToken, send });
  }
}
