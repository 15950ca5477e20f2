import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, inject, test } from 'vitest';

import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import { generateMember } from '../../fixtures/generate-member.ts';
import { payloadBytes } from '../../fixtures/payload-formats.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { decideUnknowns } from '../../operations/decide-unknowns.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { judgeServerIds, planOf } from '../support/judge-server-ids.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilState } from '../support/until-state.ts';

let world: World;
afterEach(() => world.close());

async function openFor(idAssignment: 'caller' | 'server', send = ''): Promise<void> {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    top: 'heartbeat_timeout_ms = 2000',
    send: `write_timeout_ms = 1500\nid_assignment = "${idAssignment}"\n${send}`,
    switches: { idAssignment, repeatedId: 'duplicate' },
  });
}

/** A batch of one member whose record has so many resources, repeats and the one Provenance included. */
async function launch(size: number): Promise<BatchId> {
  const directory = join(world.directory, 'roster');
  const { record, resources } = generateMember({ seed: 17, index: 0, size });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'member.json'), payloadBytes(resources, 'collection'));
  const rosterFile = join(directory, 'roster.csv');
  const { family, given, birthDate, previousMemberId, zip, email } = record;
  const row = {
    row_id: 'row-1',
    family,
    given,
    birth_date: birthDate,
    previous_member_id: previousMemberId,
    zip,
    email,
  };
  await writeFile(rosterFile, rosterCsv([{ ...row, source: 'member.json' }]));
  const options = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  return (await launchBatch(world.operator, options)).batchId;
}

async function theTransfer(batchId: BatchId) {
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  return { ...transfer, ...transfer.projection };
}

test('a whole record is stored, and every reference in the store names the stored resource that was meant', async () => {
  await openFor('server');
  const batchId = await launch(150);
  await world.startWorker();
  await untilEnded(world, batchId);

  const { state, counts, writes, transferId } = await theTransfer(batchId);
  const { confirmed, stored, unknown } = await judgeServerIds(world, batchId);
  expect({ state, stored, unknown }).toEqual({ state: 'sent', stored: counts.confirmed, unknown: 0 });
  expect(confirmed).toBeGreaterThan(100);
  const plan = await planOf(world, transferId);
  const acrossBundles = plan.resources.filter(({ fate, dependsOn }) =>
    dependsOn.some(
      (target) => fate.kind === 'send' && plan.bundles[fate.bundle - 1]?.ordinals.includes(target) === false,
    ),
  );
  expect(acrossBundles.length).toBeGreaterThan(50);
  expect(plan).toMatchObject({ cyclesBroken: 0, dangling: [] });
  expect(
    Object.values(writes.storedIds).filter((id) => plan.resources.some(({ targetId }) => targetId === id)),
  ).toEqual([]);
});

describe('a worker killed after it began the bundle with the Patient', () => {
  async function killedInTheFirstBundle(
    checkpoint: 'after-attempted' | 'after-answer' = 'after-attempted',
  ): Promise<BatchId> {
    await openFor('server');
    const batchId = await launch(90);
    const doomed = await world.startWorker({ killAt: { checkpoint, hit: 1 } });
    const ended = untilEnded(world, batchId);
    await doomed.ended;
    await world.startWorker();
    await ended;

    const { transferId, state, counts, writes } = await theTransfer(batchId);
    const { bundles, resources } = await planOf(world, transferId);
    const first = bundles[0]?.ordinals ?? [];
    expect(first.some((ordinal) => resources[ordinal]?.resourceType === 'Patient')).toBe(true);
    expect({ state, unknown: counts.unknown }).toEqual({ state: 'needs-decision', unknown: first.length });
    // What refers to the Patient has not been posted, and waits.
    const open = resources.filter(({ ordinal, fate }) => fate.kind === 'send' && writes.fates[ordinal] === undefined);
    expect(open.length).toBeGreaterThan(40);
    expect(counts.open).toBe(open.length);
    await judgeServerIds(world, batchId);
    return batchId;
  }

  test('and a decision to resend: everything is stored, each once', async () => {
    const batchId = await killedInTheFirstBundle();
    const { transferId } = await theTransfer(batchId);
    await decideUnknowns(world.operator, { transferId, decision: 'resend', why: 'their journal has none of it' });
    await untilState(world, batchId, 'sent');
    const { confirmed, stored, unknown } = await judgeServerIds(world, batchId);
    expect({ confirmed, unknown }).toEqual({ confirmed: stored, unknown: 0 });
    expect((await theTransfer(batchId)).counts.confirmed).toBe(confirmed);
  });

  test('and a decision to resend what the counterpart did have: the judge sees that it is stored twice', async () => {
    const batchId = await killedInTheFirstBundle('after-answer');
    const { transferId } = await theTransfer(batchId);
    await decideUnknowns(world.operator, { transferId, decision: 'resend', why: 'nobody asked them' });
    await untilState(world, batchId, 'sent');
    await expect(judgeServerIds(world, batchId)).rejects.toThrow('stored twice');
  });

  test('and a decision to accept: what refers to the bundle is withheld for that reason, and the sums add up', async () => {
    const batchId = await killedInTheFirstBundle();
    const { transferId, counts: before } = await theTransfer(batchId);
    await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'they will ask for it anew' });
    await untilState(world, batchId, 'sent-with-exceptions');
    const { counts, withheldByReason } = await theTransfer(batchId);
    expect(counts).toEqual({ ...before, open: 0, withheld: before.withheld + before.open });
    expect(withheldByReason['depends-on']).toBe(before.open);
    expect(withheldByReason['transfer-ended']).toBeUndefined();
    await judgeServerIds(world, batchId);
  });

  test('and a decision that leaves nothing to post: the transfer closes without asking for another token', async () => {
    const batchId = await killedInTheFirstBundle();
    const { transferId, writes, token } = await theTransfer(batchId);
    const { resources } = await planOf(world, transferId);
    const dependent = unknownOrdinals(writes).find((ordinal) => resources[ordinal]!.dependsOn.length > 0)!;
    await world.dataDir.secrets.destroy(token!.secretId);
    const part = { transferId, decision: 'resend', why: 'they lack it', ordinals: [dependent] } as const;
    expect(await decideUnknowns(world.operator, part)).toMatchObject({ delivery: 'held', withheld: 0 });
    await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'they have the others' });
    await untilState(world, batchId, 'sent-with-exceptions');
    const { counts } = await theTransfer(batchId);
    expect({ open: counts.open, unknown: counts.unknown }).toEqual({
      open: 0,
      unknown: unknownOrdinals(writes).length - 1,
    });
    const kinds = (await world.dataDir.ledger.events(transferId)).map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind === 'token-ended')).toEqual([]);
    await judgeServerIds(world, batchId);
  });
});

test('where the Patient is refused, what refers to it in later bundles is withheld, and what was stored beside it is a finding', async () => {
  await openFor('server');
  const batchId = await launch(60);
  const { transferId } = await preparedTransfer(batchId);
  const { resources, bundles } = await planOf(world, transferId);
  const patient = resources.find(({ resourceType }) => resourceType === 'Patient')!;
  const positions = [bundles[0]!.ordinals.indexOf(patient.ordinal)];
  await world.admin.faults([{ kind: 'refuse-entry', route: 'POST /r4', ordinals: [1], positions }]);
  await untilEnded(world, batchId);

  const { state, counts, findings, withheldByReason, writes } = await theTransfer(batchId);
  expect({ state, refused: counts.refused, fate: writes.fates[patient.ordinal] }).toEqual({
    state: 'sent-with-exceptions',
    refused: 1,
    fate: 'r',
  });
  expect(withheldByReason['depends-on']).toBeGreaterThan(10);
  expect(findings).toEqual({ 'linked-with-unstored': 1 });
  await judgeServerIds(world, batchId);
});

/** Starts a worker, and waits until the plan is there. Nothing is posted before somebody reads the reviewer's mail. */
async function preparedTransfer(batchId: BatchId) {
  await world.startWorker();
  await untilState(world, batchId, 'approval-requested');
  return theTransfer(batchId);
}

describe('single posts', () => {
  test('with ids from the server: each resource is a request of its own; one lost answer leaves one unknown', async () => {
    await openFor('server', 'single_posts = true');
    const batchId = await launch(40);
    const { transferId } = await preparedTransfer(batchId);
    const { resources } = await planOf(world, transferId);
    // One that nothing refers to: all others can be sent.
    const leaf = resources.findLast(({ fate }) => fate.kind === 'send')!;
    const route = `POST /r4/${leaf.resourceType}`;
    const before = resources.filter((one) => one.resourceType === leaf.resourceType && one.ordinal < leaf.ordinal);
    await world.admin.faults([{ kind: 'reset-after-storing', route, ordinals: [before.length + 1] }]);
    await untilEnded(world, batchId);

    const { state, counts, writes } = await theTransfer(batchId);
    expect({ state, unknown: counts.unknown, open: counts.open }).toEqual({
      state: 'needs-decision',
      unknown: 1,
      open: 0,
    });
    expect(writes.fates[leaf.ordinal]).toBe('u');
    expect(writes.tries).toEqual(
      Object.fromEntries(
        resources.flatMap(({ fate, ordinal }) => (fate.kind === 'send' ? [[`resource/${ordinal}`, 1]] : [])),
      ),
    );
    const { stored } = await judgeServerIds(world, batchId);
    expect(stored).toBe(counts.confirmed + 1);
    await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'it is in their journal' });
    await untilState(world, batchId, 'sent-with-exceptions');
  });

  test('with our own ids: the same content arrives as in bundles, and a throttled one goes again', async () => {
    await openFor('caller', 'single_posts = true');
    await world.admin.faults([
      { kind: 'status', status: 429, retryAfterSeconds: 1, route: 'POST /r4/Observation', ordinals: [2] },
    ]);
    const batchId = await launch(40);
    await world.startWorker();
    await untilEnded(world, batchId);

    const { state, counts } = await theTransfer(batchId);
    expect(state).toBe('sent');
    expect((await judgeBatch(world, batchId, { exact: true })).stored).toBe(counts.confirmed);
    const posts = (await world.admin.journal()).filter(
      ({ method, entries }) => method === 'POST' && entries.length > 0,
    );
    expect(posts.every(({ entries }) => entries.length === 1)).toBe(true);
    expect(posts).toHaveLength(counts.confirmed + 1);
  });
});
