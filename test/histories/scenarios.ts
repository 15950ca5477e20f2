import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { generateMember } from '../../fixtures/generate-member.ts';
import { payloadBytes } from '../../fixtures/payload-formats.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { controlTransfer } from '../../operations/control-transfer.ts';
import { decideUnknowns } from '../../operations/decide-unknowns.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { recordApproval } from '../../operations/record-approval.ts';
import { resubmit } from '../../operations/resubmit.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import { hoursAround, nextMinute } from '../support/hours-around.ts';
import type { World } from '../support/open-world.ts';
import { untilState } from '../support/until-state.ts';
import { authorizationScenarios } from './authorization-scenarios.ts';
import { receiveScenarios } from './receive-scenarios.ts';
import { pace, type Scenario, type Stage, untilRevision, untilTrue } from './scenario.ts';

const previousMemberId = (index: number): string =>
  generateMember({ seed: 77, index, size: 60 }).record.previousMemberId;
const slowPosts = { kind: 'slow', delayMs: 700, route: 'POST /r4' };

/** What can become of a transfer; each is recorded once for every release, and replayed for ever. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'send-straight': {
    direction: 'send',
    async play({ world, transferId, until, token }) {
      await until('approval-requested');
      await recordApproval(world.operator, { transferId, decision: 'approve' });
      await token();
      await until('sent');
    },
  },
  'send-retried': {
    direction: 'send',
    prepare: (world) =>
      world.admin.faults([
        { kind: 'status', status: 429, retryAfterSeconds: 1, route: 'POST /r4', ordinals: [1] },
        { kind: 'refuse-entry', route: 'POST /r4', ordinals: [3] },
      ]),
    async play({ until, token }) {
      await until('approval-requested');
      await token();
      await until('sent-with-exceptions');
    },
  },
  'send-paused-and-resumed': {
    direction: 'send',
    prepare: (world) => world.admin.faults([slowPosts]),
    async play({ until, token, control }) {
      await until('approval-requested');
      await token();
      await until('sending');
      await control('pause');
      await sleep(2_500);
      await control('resume');
      await until('sent');
    },
  },
  'send-cancelled-while-awaiting-approval': {
    direction: 'send',
    prepare: (world) => world.admin.reviewerRules([{ previousMemberId: previousMemberId(0), outcome: 'hold' }]),
    async play({ until, control }) {
      await until('approval-requested');
      await control('cancel');
      await until('cancelled');
    },
  },
  'send-cancelled-while-sending': {
    direction: 'send',
    prepare: (world) => world.admin.faults([slowPosts]),
    async play({ until, token, control }) {
      await until('approval-requested');
      await token();
      await until('sending');
      await control('cancel');
      await until('cancelled');
    },
  },
  'send-changes-requested': {
    direction: 'send',
    prepare: (world) => world.admin.reviewerRules([{ previousMemberId: previousMemberId(0), outcome: 'changes' }]),
    async play({ world, transferId, until, token }) {
      await until('approval-requested');
      await recordApproval(world.operator, { transferId, decision: 'changes' });
      await resubmit(world.operator, { transferId, corrections: { zip: '02199' } });
      await untilRevision(world, transferId, 2);
      await token();
      await until('sent');
    },
  },
  'send-refused': {
    direction: 'send',
    async play({ world, transferId, until }) {
      await until('approval-requested');
      await recordApproval(world.operator, { transferId, decision: 'refuse' });
      await until('refused');
    },
  },
  'send-approval-expired': {
    direction: 'send',
    wishes: { send: 'write_timeout_ms = 1500\napproval_deadline_seconds = 1' },
    async play({ until }) {
      await until('expired');
    },
  },
  'send-without-record': {
    direction: 'send',
    prepare: async (world) => rm(join(world.directory, 'roster', 'member.json')),
    async play({ until }) {
      await until('failed');
    },
  },
  'send-token-died': {
    direction: 'send',
    prepare: (world) => world.admin.faults([{ kind: 'expire-token', route: 'POST /r4', ordinals: [2] }]),
    async play({ world, transferId, until, token }) {
      await until('approval-requested');
      await token();
      await untilTokenEnded(world, transferId);
      await token();
      await until('sent');
    },
  },
  'send-unknowns-accepted': {
    direction: 'send',
    prepare: (world) => world.admin.faults([{ kind: 'reset-after-storing', route: 'POST /r4', ordinals: [1] }]),
    async play({ world, transferId, until, token }) {
      await until('approval-requested');
      await token();
      await until('needs-decision');
      await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'a test' });
      await until('sent-with-exceptions');
    },
  },
  'send-unknowns-resent': {
    direction: 'send',
    prepare: (world) => world.admin.faults([{ kind: 'reset-before-storing', route: 'POST /r4', ordinals: [2] }]),
    async play({ world, transferId, until, token }) {
      await until('approval-requested');
      await token();
      await until('needs-decision');
      await decideUnknowns(world.operator, { transferId, decision: 'resend', why: 'a test' });
      await until('sent');
    },
  },
  'send-outside-the-window': {
    direction: 'send',
    get wishes() {
      return { pacing: `${pace}\n${hoursAround(nextMinute(15_000), 'opens')}` };
    },
    async play({ until, token }) {
      await until('approval-requested');
      await token();
      await until('sent');
    },
  },
  'send-token-died-outside-the-window': {
    direction: 'send',
    get wishes() {
      const send = 'write_timeout_ms = 1500\ntoken_lifetime_seconds = 4\ntoken_margin_seconds = 1';
      return { pacing: `${pace}\n${hoursAround(nextMinute(3_600_000), 'opens')}`, send };
    },
    async play({ world, transferId, until, token, control }) {
      await until('approval-requested');
      await token();
      await untilTokenEnded(world, transferId);
      await control('cancel');
      await until('cancelled');
    },
  },
  'send-reminded': {
    direction: 'send',
    wishes: { send: 'write_timeout_ms = 1500\napproval_reminder_seconds = 1\napproval_reminders = 2' },
    prepare: (world) => world.admin.reviewerRules([{ previousMemberId: previousMemberId(0), outcome: 'hold' }]),
    async play({ world, transferId, until, token }) {
      await until('approval-requested');
      await untilReminded(world, transferId, 2);
      await token();
      await until('sent');
    },
  },
  'send-decided-while-reminding': {
    direction: 'send',
    wishes: { send: 'write_timeout_ms = 1500\napproval_reminder_seconds = 1' },
    prepare: (world) => world.admin.reviewerRules([{ previousMemberId: previousMemberId(0), outcome: 'hold' }]),
    async play({ world, transferId, until, token }) {
      await until('approval-requested');
      await world.admin.faults([{ kind: 'status', status: 451, route: 'SMTP DATA' }]);
      await untilReminded(world, transferId, 1);
      await token();
      await until('sent');
    },
  },
  ...receiveScenarios,
  ...authorizationScenarios,
};

/** Writes the roster of one member; launches it; waits for its transfer. */
export async function stageOf(world: World, scenario: Scenario): Promise<Stage> {
  const rosterFile =
    scenario.direction === 'send' ? await sendRoster(world) : await receiveRoster(world, scenario.email);
  await scenario.prepare?.(world, rosterFile);
  const launch = { direction: scenario.direction, profile: world.profile, rosterFile, again: scenario.again ?? false };
  const { batchId } = await launchBatch(world.operator, launch);
  const transferId = await firstTransfer(world, batchId);
  return {
    world,
    batchId,
    transferId,
    until: (state) => untilState(world, batchId, state),
    token: () => mintAndHandIn(world, transferId),
    async control(control) {
      await controlTransfer(world.operator, { transferId, control });
    },
  };
}

async function sendRoster({ directory }: World): Promise<string> {
  const { record, resources } = generateMember({ seed: 77, index: 0, size: 60 });
  const { family, given, birthDate, previousMemberId: id, zip, email } = record;
  const row = { row_id: 'row-1', family, given, birth_date: birthDate, previous_member_id: id, zip, email };
  await writeFile(join(directory, 'roster', 'member.json'), payloadBytes(resources, 'collection'));
  return writeRoster(directory, rosterCsv([{ ...row, source: 'member.json' }]));
}

function receiveRoster({ directory }: World, email = ''): Promise<string> {
  const header = 'row_id,family,given,birth_date,previous_member_id,zip,email';
  return writeRoster(directory, `${header}\nrow-1,Fahey393,Sherie778,1974-04-29,02-testmemid,01810,${email}\n`);
}

async function writeRoster(directory: string, csv: string): Promise<string> {
  const file = join(directory, 'roster', 'roster.csv');
  await writeFile(file, csv);
  return file;
}

async function firstTransfer({ dataDir }: World, batchId: BatchId): Promise<TransferId> {
  for (let round = 0; round < 300; round += 1) {
    const [transfer] = await dataDir.ledger.transfers.list({ batchId });
    if (transfer !== undefined) return transfer.transferId;
    await sleep(100);
  }
  throw new Error('the batch was never launched');
}

async function mintAndHandIn({ dataDir, admin, operator, profile }: World, transferId: TransferId): Promise<void> {
  const { recordObject } = await dataDir.ledger.transfers.get(transferId);
  const record = await openMemberRecord(dataDir, { recordObject });
  const name = `${record.given} ${record.family}`;
  const { birthDate, previousMemberId: id } = record;
  const { accessToken } = await admin.mintToken({ name, birthDate, previousMemberId: id });
  const send = profile.profile.send;
  if (send === undefined) throw new Error('the profile cannot send');
  await handInToken(operator, { transferId, accessToken, send });
}

async function untilTokenEnded({ dataDir }: World, transferId: TransferId): Promise<void> {
  await untilTrue(async () => {
    const { projection } = await dataDir.ledger.transfers.get(transferId);
    return projection.state === 'token-waiting' && projection.token === undefined;
  });
}

async function untilReminded({ dataDir }: World, transferId: TransferId, count: number): Promise<void> {
  await untilTrue(async () => {
    const bodies = (await dataDir.ledger.events(transferId)).map(({ body }) => body);
    return bodies.filter((body) => body.kind === 'mail-answered' && body.reminder !== undefined).length >= count;
  });
}
