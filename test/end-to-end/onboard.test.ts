import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { writeDemo } from '../../fixtures/write-demo.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress'), switches: { evidence: 'required' } });
});
afterAll(() => world.close());

test('a reviewer who wants evidence first gets it from one command, and then approves members', async () => {
  const where = ['--counterpart', world.profile.path, '--data-dir', world.dataDir.paths.root];
  const ran = await runCarryover([
    'onboard',
    'evidence',
    '--sponsor-name',
    'Kim Chief',
    '--sponsor-email',
    'cio@plan.example',
    '--json',
    ...where,
  ]);
  expect(ran.exitCode).toBe(0);
  const { outcome, messageId } = JSON.parse(ran.stdout) as { readonly outcome: string; readonly messageId: string };
  expect(outcome).toBe('accepted');
  const answers = await world.admin.mailbox();
  expect(answers).toMatchObject([{ outcome: 'evidence-accepted', inReplyTo: messageId }]);
  const status = await runCarryover(['onboard', 'status', '--json', ...where]);
  expect(JSON.parse(status.stdout)).toMatchObject({ counterparts: [{ counterpartId: 'sandbox', state: 'accepted' }] });

  const demo = await writeDemo({ dir: join(world.directory, 'roster'), seed: 11, members: 1 });
  await world.startWorker();
  const { batchId } = await launchBatch(world.operator, {
    direction: 'send',
    profile: world.profile,
    rosterFile: demo.rosterFile,
    again: false,
  });
  await untilEnded(world, batchId, undefined, 600, answers[0]?.id);
  expect((await world.dataDir.ledger.transfers.progress(batchId)).byState).toEqual({ sent: 1 });
  await judgeBatch(world, batchId, { exact: true });
});
