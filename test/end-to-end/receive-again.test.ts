import { join } from 'node:path';

import { afterEach, expect, inject, test } from 'vitest';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { openWorld, type World, type WorldWishes } from '../support/open-world.ts';
import {
  authorizeAll,
  deliveredLines,
  deliveredResources,
  keptResources,
  launchHere,
  launchReceive,
  manifestOf,
  rosterOf,
} from '../support/receive-batches.ts';

const temporal = inject('temporalAddress');
let world: World;
afterEach(() => world.close());

async function open(wishes: Omit<WorldWishes, 'temporalAddress'> = {}): Promise<void> {
  world = await openWorld({ temporalAddress: temporal, ...wishes });
  await world.startWorker();
}

const mayte = '01-testmemid';
const goal = (status: string) => ({
  resourceType: 'Goal',
  id: `${mayte}-goal-1`,
  lifecycleStatus: status,
  description: { text: 'Walk' },
  subject: { reference: `Patient/${mayte}-patient-1` },
});
const observation = {
  resourceType: 'Observation',
  id: 'newly-measured',
  status: 'final',
  code: { text: 'Steps' },
  subject: { reference: `Patient/${mayte}-patient-1` },
  performer: [{ reference: 'Practitioner/demo-clinic-practitioner' }],
};

/** A day passes, and the first member's record changes: a new version, a resource more, one less. */
async function changeRecord(): Promise<void> {
  await world.admin.clock({ advanceMs: 24 * 3_600_000 });
  await world.admin.putResource(mayte, goal('completed'));
  await world.admin.putResource(mayte, observation);
  await world.admin.removeResource(mayte, 'CarePlan', `${mayte}-careplan-1`);
}

/** Receives the records of so many members: by the command where its arguments are given, else in this process. */
async function receive(members: number, launched: 'first' | 'again' | readonly string[]) {
  const roster = await rosterOf(world, members);
  const batchId =
    typeof launched === 'string'
      ? await launchHere(world, roster, launched === 'again')
      : await launchReceive(world, temporal, ['--roster', roster, ...launched]);
  return { batchId, transfers: await authorizeAll(world, batchId, members) };
}

const idsIn = (resources: readonly string[]) =>
  resources.map((text) => (JSON.parse(text) as { readonly id: string }).id).toSorted();
const totalStored = (transfers: readonly Transfer[]) =>
  transfers.reduce((sum, { projection }) => sum + Object.values(projection.stored).reduce((a, b) => a + b, 0), 0);

test('a full read again brings what is new and changed, stores and delivers nothing a second time, and tells what is missing', async () => {
  await open();
  const first = await receive(2, 'first');
  await changeRecord();
  const again = await receive(3, ['--again']);
  expect(again.transfers.map(({ state }) => state)).toEqual(['stored', 'stored', 'stored']);
  const [one, two, three] = again.transfers;
  if (one === undefined || two === undefined || three === undefined) throw new Error('rows are missing');

  expect(one.projection).toMatchObject({ stored: { Goal: 1, Observation: 1 }, findings: { 'no-longer-returned': 1 } });
  expect(two.projection.stored).toEqual({});
  expect(two.projection.unchanged).toBe(totalStored(first.transfers.slice(1)));
  expect(three.projection).toMatchObject({ findings: { 'no-earlier-record': 1 } });
  expect(three.projection.unchanged).toBeUndefined();
  const before = new Set(await keptResources(world, first.transfers));
  const kept = await keptResources(world, [one, two]);
  expect(kept.filter((text) => before.has(text))).toEqual([]);
  expect(new Set(idsIn(kept))).toEqual(new Set([`${mayte}-goal-1`, 'newly-measured']));

  const delivered = await deliveredResources(world, again.batchId);
  expect(delivered).toHaveLength(2 + totalStored([three]));
  const members = (await deliveredLines(world, again.batchId, 'members.csv')).map((line) => line.split(',').slice(-4));
  const missing = String(one.projection.findings['no-longer-returned']);
  expect(members[0]).toEqual(['earlier_transfer_id', 'since', 'unchanged', 'no_longer_returned']);
  expect(members[1]).toEqual([
    first.transfers[0]?.transferId,
    expect.any(String),
    String(one.projection.unchanged),
    missing,
  ]);
  expect(members[3]).toEqual(['', '', '', '']);
  const outcomes = (await deliveredLines(world, again.batchId, 'outcomes.ndjson.gz')).join('\n');
  expect(outcomes).toContain(`CarePlan/${mayte}-careplan-1 was delivered before and is no longer returned`);
  expect(outcomes).toContain('no-earlier-record: 1');
  const { request, extension } = await manifestOf(world, again.batchId);
  expect(request).toBe(world.sandbox.fhirBaseUrl);
  expect(extension.update).toEqual({
    earlierBatchIds: [first.batchId],
    since: members[1]?.[1],
    unchanged: Number(one.projection.unchanged) + Number(two.projection.unchanged),
    noLongerReturned: 1,
    members: { changes: 0, everything: 2, withoutEarlier: 1 },
  });
  expect((await manifestOf(world, first.batchId)).extension).not.toHaveProperty('update');

  const { stdout, exitCode } = await runCarryover(['report', again.batchId, '--data-dir', world.dataDir.paths.root]);
  expect(stdout).toMatch(/read \d+ = stored \d+ \+ dropped 0 \+ repeats 0 \+ unchanged \d+/);
  expect(exitCode).toBe(0);
  for (const { transferId, projection } of again.transfers)
    expect(await world.dataDir.ledger.rebuildProjection(transferId)).toEqual(projection);
});

test('where the server knows _lastUpdated only changes are asked for, by its own clock, and a chain brings each once', async () => {
  await open({ receive: 'last_updated = true' });
  // Years ahead of ours, so that whose clock was asked can be seen.
  await world.admin.clock({ advanceMs: Date.parse('2040-03-01T00:00:00Z') - Date.now() });
  const first = await receive(1, 'first');
  await changeRecord();
  const second = await receive(1, 'again');
  await world.admin.clock({ advanceMs: 24 * 3_600_000 });
  const third = await receive(1, 'again');
  await world.admin.putResource(mayte, goal('active'));
  await world.admin.putResource(mayte, {
    ...goal('active'),
    resourceType: 'Practitioner',
    id: 'demo-clinic-practitioner',
  });
  const fourth = await receive(1, 'again');
  await world.admin.putResource(mayte, goal('completed'));
  const fifth = await receive(1, ['--again', fourth.batchId.slice(0, 6)]);

  const ids = await Promise.all(
    [second, third, fourth, fifth].map(async ({ batchId }) => idsIn(await deliveredResources(world, batchId))),
  );
  expect(ids).toEqual([
    [`${mayte}-goal-1`, 'newly-measured'],
    [],
    [`${mayte}-goal-1`, 'demo-clinic-practitioner'],
    [`${mayte}-goal-1`],
  ]);
  for (const { transfers } of [second, third, fourth, fifth]) expect(transfers[0]?.projection.findings).toEqual({});
  const [read, readFirst] = [second, first].map(({ transfers }) => transfers[0]?.projection.read ?? 0);
  expect(Number(read)).toBeLessThan(Number(readFirst) / 4);
  const { extension } = await manifestOf(world, second.batchId);
  expect(extension.update).toMatchObject({
    since: expect.stringMatching(/^2040-03-01/) as string,
    noLongerReturned: 0,
    members: { changes: 1, everything: 0, withoutEarlier: 0 },
  });
  const events = await world.dataDir.ledger.events(second.transfers[0]?.transferId ?? ('' as never));
  const asked = events.flatMap(({ body }) => (body.kind === 'page-read' ? [[body.resourceType, body.since]] : []));
  expect(asked[0]).toEqual(['Patient', undefined]);
  expect(asked.find(([type]) => type === 'Goal')?.[1]).toMatch(/^2040-02-29T23:/);
});

test('a server that does not know _lastUpdated after all brings everything, and still nothing is stored twice', async () => {
  await open({ receive: 'last_updated = true', switches: { lastUpdatedSearch: 'ignored' } });
  const first = await receive(1, 'first');
  await world.admin.putResource(mayte, goal('completed'));
  await world.admin.removeResource(mayte, 'CarePlan', `${mayte}-careplan-1`);
  const { transfers, batchId } = await receive(1, 'again');
  expect(transfers[0]?.projection).toMatchObject({ state: 'stored', stored: { Goal: 1 }, findings: {} });
  expect(transfers[0]?.projection.unchanged).toBe(totalStored(first.transfers) - 2);
  expect(idsIn(await deliveredResources(world, batchId))).toEqual([`${mayte}-goal-1`]);
});

test('a server that refuses _lastUpdated is asked for everything instead, and what is gone is told as after a read in full', async () => {
  await open({ receive: 'last_updated = true', switches: { lastUpdatedSearch: 'refused' } });
  await receive(1, 'first');
  await changeRecord();
  const { transfers, batchId } = await receive(1, 'again');
  expect(transfers[0]?.projection).toMatchObject({
    state: 'stored',
    stored: { Goal: 1, Observation: 1 },
    findings: { 'no-longer-returned': 1 },
  });
  const events = await world.dataDir.ledger.events(transfers[0]?.transferId ?? ('' as never));
  const pages = events.flatMap(({ body }) => (body.kind === 'page-read' ? [body] : []));
  expect(pages.filter(({ since }) => since !== undefined)).toEqual([]);
  const { extension } = await manifestOf(world, batchId);
  expect(extension.update).toMatchObject({ members: { changes: 0, everything: 1, withoutEarlier: 0 } });
});

test('a type that the server gives no longer is not taken for gone, and is read in full when it comes again', async () => {
  await open({ receive: 'last_updated = true' });
  const first = await receive(1, 'first');
  await world.admin.faults([{ kind: 'status', status: 404, route: 'GET /r4/CarePlan' }]);
  await changeRecord();
  const second = await receive(1, 'again');
  await world.admin.faults([]);
  const third = await receive(1, 'again');
  expect(second.transfers[0]?.projection.findings).toEqual({ 'type-not-given-CarePlan': 1 });
  expect(third.transfers[0]?.projection.findings).toEqual({ 'no-longer-returned': 1 });
  expect(totalStored(first.transfers)).toBeGreaterThan(0);
  const outcomes = async (batchId: string) =>
    (await deliveredLines(world, batchId as never, 'outcomes.ndjson.gz')).join('\n');
  expect(await outcomes(second.batchId)).toContain('The server does not give CarePlan (HTTP 404)');
  expect(await outcomes(third.batchId)).toContain(`CarePlan/${mayte}-careplan-1 was delivered before`);
});

test('a Patient of another id than before stops the update before anything is kept, and a person decides', async () => {
  await open();
  await receive(1, 'first');
  const { resourceType, id, ...patient } = JSON.parse(
    (await deliveredResources(world, (await world.dataDir.ledger.batches.list())[0]?.batchId ?? ('' as never))).find(
      (text) => text.startsWith('{"resourceType":"Patient"'),
    ) ?? '{}',
  ) as { readonly resourceType: string; readonly id: string };
  await world.admin.removeResource(mayte, resourceType, id);
  await world.admin.putResource(mayte, { ...patient, resourceType, id: 'another-patient' });
  const { transfers } = await receive(1, 'again');
  expect(transfers.map(({ state, reason }) => `${state} ${reason}`)).toEqual(['failed PATIENT_CHANGED']);
  expect(transfers[0]?.projection.findings).toEqual({ 'patient-id-differs': 1 });
  expect(await world.dataDir.objects.list(`page/${transfers[0]?.transferId}`)).toEqual([]);
});

test('--again of a batch that is not there, or of another counterpart, launches nothing', async () => {
  await open();
  const roster = await rosterOf(world, 1);
  const where = ['--data-dir', world.dataDir.paths.root, '--temporal', temporal];
  const run = (...again: readonly string[]) =>
    runCarryover(['receive', '--counterpart', world.profile.path, '--roster', roster, '--again', ...again, ...where]);
  const missing = await run('ffffffff');
  expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('BATCH_NOT_FOUND')]);
  const sent = join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv');
  const launched = await runCarryover([
    'send',
    '--counterpart',
    world.profile.path,
    '--roster',
    sent,
    '--json',
    ...where,
  ]);
  const { batchId } = JSON.parse(launched.stdout) as { readonly batchId: string };
  const other = await run(batchId);
  expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining('did not receive from sandbox')]);
  const ofDirection = (await world.dataDir.ledger.batches.list()).filter(({ direction }) => direction === 'receive');
  expect(ofDirection).toEqual([]);
});
