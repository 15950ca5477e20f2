import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, expect, inject, test } from 'vitest';

import { generateMember } from '../../fixtures/generate-member.ts';
import { payloadBytes } from '../../fixtures/payload-formats.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { asObjectKey, type BatchId, type TransferId } from '../../schemas/ids.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilState } from '../support/until-state.ts';
import { writeProfile } from '../support/write-profile.ts';

const members = [0, 1, 2, 3].map((index) => generateMember({ seed: 31, index, size: 40 }));
const idOf = (index: number) => members[index]?.record.previousMemberId ?? '';

let world: World;
afterEach(() => world.close());

async function launch(count: number): Promise<BatchId> {
  const directory = join(world.directory, 'roster');
  await mkdir(directory, { recursive: true });
  const rows = await Promise.all(
    members.slice(0, count).map(async ({ record, resources }, index) => {
      await writeFile(join(directory, `${index}.json`), payloadBytes(resources, 'collection'));
      const { family, given, birthDate, previousMemberId, zip, email } = record;
      const row = { row_id: `row-${index}`, family, given, zip, email, source: `${index}.json` };
      return { ...row, birth_date: birthDate, previous_member_id: previousMemberId };
    }),
  );
  const rosterFile = join(directory, 'roster.csv');
  await writeFile(rosterFile, rosterCsv(rows));
  const options = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  return (await launchBatch(world.operator, options)).batchId;
}

/** Runs a command against the running world, as people do. */
function carryover(args: readonly string[], input = '') {
  const where = ['--data-dir', world.dataDir.paths.root, '--temporal', inject('temporalAddress')];
  return runCarryover([...args, ...where], { input });
}

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(world.directory, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function transferOf(batchId: BatchId, index: number) {
  const transfers = await world.dataDir.ledger.transfers.list({ batchId });
  return transfers.find(({ line }) => line === index + 2)!;
}

/** The tokens of a transfer that can still be opened. */
async function openableTokens(transferId: TransferId): Promise<number> {
  const { ledger, secrets } = world.dataDir;
  const ids = (await ledger.events(transferId)).flatMap(({ body }) =>
    body.kind === 'token-received' ? [body.secretId] : [],
  );
  const opened = await Promise.all(ids.map((id) => secrets.open(id)));
  return opened.filter((secret) => secret !== undefined).length;
}

test('every outcome of the review, resubmission, and every way to hand in a token go through the command line', async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
  await world.admin.reviewerRules([{ previousMemberId: idOf(3), outcome: 'refuse' }]);
  const batchId = await launch(4);
  await world.startWorker();
  await untilState(world, batchId, 'approval-requested', 4);

  const decisions = await file('decisions.csv', [
    'row_id,decision',
    ...['approve', 'changes', 'clarify', 'refuse'].map((decision, index) => `row-${index},${decision}`),
  ]);
  expect((await carryover(['approve', '--csv', decisions, '--batch', batchId])).exitCode).toBe(0);
  await untilState(world, batchId, 'refused');
  const states = async () => (await world.dataDir.ledger.transfers.progress(batchId)).byState;
  expect(await states()).toEqual({
    'token-waiting': 1,
    'changes-requested': 1,
    'clarification-requested': 1,
    refused: 1,
  });

  const [changed, clarified] = [await transferOf(batchId, 1), await transferOf(batchId, 2)];
  const corrections = await file('corrections.csv', ['row_id,zip', 'row-1,02199']);
  expect((await carryover(['resubmit', changed.transferId, '--corrections', corrections])).exitCode).toBe(0);
  expect((await carryover(['resubmit', clarified.transferId])).exitCode).toBe(0);
  await untilState(world, batchId, 'approval-requested', 2);
  await judgeMails(changed.transferId);
  for (const { transferId } of [changed, clarified])
    expect((await carryover(['approve', transferId, '--decision', 'approve'])).exitCode).toBe(0);

  // A token that the counterpart does not know: the transfer asks for another one, and takes no second time what ended.
  const first = (await transferOf(batchId, 0)).transferId;
  expect((await carryover(['token', first], 'not-a-token-of-theirs')).exitCode).toBe(0);
  await untilTokenEnded(first);
  expect((await carryover(['token', first], 'not-a-token-of-theirs')).stderr).toContain('TOKEN_REJECTED');
  const token = async (index: number) =>
    (await world.admin.mailbox()).findLast(
      ({ previousMemberId, token: mailed }) => previousMemberId === idOf(index) && mailed,
    )!.token!;
  const [byInput, byCsv, byFile] = [await token(0), await token(1), await token(2)];
  expect((await carryover(['token', first], byInput.accessToken)).exitCode).toBe(0);
  const mailedAt = new Date().toISOString();
  const csv = await file('tokens.csv', [
    'row_id,token,mailed_at,post_base_url',
    `row-1,${byCsv.accessToken},${mailedAt},${byCsv.postBaseUrl}`,
    // The token of another member: refused, and that one's own still serves.
    `row-2,${byCsv.accessToken},${mailedAt},${byCsv.postBaseUrl}`,
  ]);
  const ran = await carryover(['token', '--csv', csv, '--batch', batchId, '--json']);
  expect((JSON.parse(ran.stdout) as { rows: object[] }).rows).toMatchObject([
    { outcome: 'taken' },
    { outcome: 'refused', code: 'TOKEN_USED_ELSEWHERE' },
  ]);
  const tokenFile = await file('token.txt', [byFile.accessToken]);
  const handedIn = ['token', clarified.transferId, '--file', tokenFile, '--post-base-url', byFile.postBaseUrl];
  expect((await carryover(handedIn)).exitCode).toBe(0);
  await untilState(world, batchId, 'sent', 3);

  await judgeBatch(world, batchId, { exact: true });
  expect((await carryover(['report', batchId])).exitCode).toBe(1);
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId }))
    expect(await openableTokens(transferId)).toBe(0);
});

/** Subjects without anything of the member, answers in one thread, and the data of both revisions kept. */
async function judgeMails(changed: TransferId): Promise<void> {
  const mails = await world.admin.mails();
  expect(mails).toHaveLength(6);
  for (const { subject } of mails)
    for (const { record } of members)
      for (const told of [record.family, record.given, record.birthDate, record.previousMemberId])
        expect(subject).not.toContain(told);
  for (const { refersTo } of mails.slice(4))
    expect(mails.slice(0, 4).some(({ messageId }) => refersTo.includes(messageId))).toBe(true);
  const recordOf = async (revision: number) =>
    JSON.parse(
      (await world.dataDir.objects.get(asObjectKey(`member/${changed}/${revision}`))).toString(),
    ) as MemberRecord;
  expect([(await recordOf(1)).zip, (await recordOf(2)).zip]).toEqual([members[1]?.record.zip, '02199']);
}

async function untilTokenEnded(transferId: TransferId): Promise<void> {
  const ended = async () =>
    (await world.dataDir.ledger.events(transferId)).some(({ body }) => body.kind === 'token-ended');
  await expect.poll(ended, { timeout: 30_000, interval: 100 }).toBe(true);
}

test('a member whose mail names another origin is sent there once the profile was changed, and not before', async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress'), sendBaseUrl: 'http://127.0.0.1:9/r4' });
  const batchId = await launch(1);
  await world.startWorker();
  await untilState(world, batchId, 'approval-requested');
  await expect.poll(() => world.admin.mailbox(), { timeout: 30_000 }).toHaveLength(1);
  const [answer] = await world.admin.mailbox();
  const { accessToken = '', postBaseUrl = '' } = answer?.token ?? {};
  const { transferId } = await transferOf(batchId, 0);
  const handIn = ['token', transferId, '--post-base-url', postBaseUrl, '--counterpart', world.profile.path];
  expect((await carryover(handIn, accessToken)).stderr).toContain('TOKEN_ORIGIN_REFUSED');
  await writeProfile(join(world.directory, 'profiles'), world.sandbox);
  expect((await carryover(handIn, accessToken)).exitCode).toBe(0);
  await untilState(world, batchId, 'sent');
  const { confirmed } = await judgeBatch(world, batchId, { exact: true });
  expect(confirmed).toBeGreaterThan(30);
});

test('a review that brings no answer, and an approval that brings no token, end at their deadlines, and nothing is taken after them', async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    send: 'write_timeout_ms = 5000\napproval_deadline_seconds = 8\ntoken_deadline_seconds = 1',
  });
  const batchId = await launch(2);
  await world.startWorker();
  await untilState(world, batchId, 'approval-requested', 2);
  const [approved, silent] = [await transferOf(batchId, 0), await transferOf(batchId, 1)];
  expect((await carryover(['approve', approved.transferId, '--decision', 'approve'])).exitCode).toBe(0);
  await untilState(world, batchId, 'expired', 2);
  const reasonOf = async ({ transferId }: { readonly transferId: TransferId }) =>
    (await world.dataDir.ledger.transfers.get(transferId)).projection.reason;
  expect([await reasonOf(approved), await reasonOf(silent)]).toEqual(['TOKEN_DEADLINE', 'APPROVAL_EXPIRED']);
  const late = await carryover(['token', silent.transferId], 'a-token-that-comes-late');
  expect(late.stderr).toContain('The transfer has ended: expired.');
  expect(late.exitCode).toBe(7);
});
