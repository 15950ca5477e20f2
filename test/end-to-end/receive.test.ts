import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import { launchBatch } from '../../operations/launch-batch.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { authorize, callBack } from '../support/browsers.ts';
import { deliveredContents, givenContents } from '../support/delivered-content.ts';
import { historyFacts } from '../support/history-facts.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilDelivered } from '../support/until-delivered.ts';
import { untilState } from '../support/until-state.ts';

const roster = join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv');
let world: World;

beforeEach(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
});
afterEach(() => world.close());

async function launch(rosterFile = roster): Promise<BatchId> {
  const { batchId } = await launchBatch(world.operator, {
    direction: 'receive',
    profile: world.profile,
    rosterFile,
    again: false,
  });
  return batchId;
}

test('the four test members authorize, and their records are stored, counted and delivered as NDJSON', async () => {
  await world.startWorker();
  const batchId = await launch();
  await untilState(world, batchId, 'link-issued', 4);
  const { ledger } = world.dataDir;
  const transfers = await ledger.transfers.list({ batchId });
  for (const { transferId } of transfers) {
    const redirectedTo = await authorize(world, transferId);
    expect(redirectedTo.searchParams.get('client_id')).toBe('sandbox-client');
    expect(await callBack(world, redirectedTo)).toEqual({ kind: 'authorized' });
    expect(await callBack(world, redirectedTo)).toEqual({ kind: 'refused', why: 'state-used' });
  }
  await untilEnded(world, batchId);

  const { byState } = await ledger.transfers.progress(batchId);
  expect(byState).toEqual({ stored: 4 });
  const delivered = await untilDelivered(world, batchId);
  const stored = await Promise.all(transfers.map(({ transferId }) => ledger.transfers.get(transferId)));
  for (const { type, count, url, sha256 } of delivered.output) {
    const bytes = await readFile(join(world.dataDir.paths.deliveries, batchId, url));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    const lines = gunzipSync(bytes).toString().trimEnd().split('\n');
    expect(lines.length).toBe(count);
    expect(lines.every((line) => (JSON.parse(line) as { resourceType: string }).resourceType === type)).toBe(true);
    expect(stored.reduce((sum, { projection }) => sum + (projection.stored[type] ?? 0), 0)).toBe(count);
  }
  const again = join(world.directory, 'again');
  const { exitCode } = await runCarryover(['deliver', batchId, '--out', again, '--data-dir', world.dataDir.paths.root]);
  expect(exitCode).toBe(0);
  expect(await filesOf(again)).toEqual(await filesOf(join(world.dataDir.paths.deliveries, batchId)));
  for (const { transferId } of transfers) {
    expect(await ledger.rebuildProjection(transferId)).toEqual((await ledger.transfers.get(transferId)).projection);
    expect((await historyFacts(world, transferId)).events).toBeLessThanOrEqual(40);
  }
});

test('a member who declines, resources that are never kept, remarks of the server and what it would not give are counted and told', async () => {
  await world.admin.switches({ nonClinicalTypes: 'leaked-into-searches', searchOutcomeEntry: 'present' });
  await world.admin.faults([{ kind: 'status', status: 404, route: 'GET /r4/Practitioner/*', ordinals: [1] }]);
  await world.startWorker();
  const batchId = await launch();
  await untilState(world, batchId, 'link-issued', 4);
  const [first, ...others] = await world.dataDir.ledger.transfers.list({ batchId });
  if (first === undefined) throw new Error('no transfer');
  expect(await callBack(world, await authorize(world, first.transferId, 'deny'))).toEqual({ kind: 'denied' });
  for (const { transferId } of others) await callBack(world, await authorize(world, transferId));
  await untilEnded(world, batchId);

  const { byState } = await world.dataDir.ledger.transfers.progress(batchId);
  expect(byState).toEqual({ stored: 3, refused: 1 });
  const delivered = await untilDelivered(world, batchId);
  const types = delivered.output.map(({ type }) => type);
  expect(types).not.toContain('ExplanationOfBenefit');
  expect(types).not.toContain('Coverage');
  const { projection } = await world.dataDir.ledger.transfers.get(others[0]?.transferId ?? first.transferId);
  expect(projection.dropped['ExplanationOfBenefit']).toBeGreaterThan(0);
  expect(projection.findings['outcome-in-searchset']).toBeGreaterThan(0);

  const told = await outcomesOf(world, batchId);
  const of = (found: string) => told.filter((outcome) => outcome.found === found);
  expect(of('row-not-stored').map(({ rowId }) => rowId)).toEqual([told[0]?.rowId]);
  expect(of('row-not-stored')[0]?.diagnostics).toContain('AUTHORIZATION_DENIED');
  expect(of('not-kept').some(({ diagnostics }) => diagnostics.includes('ExplanationOfBenefit'))).toBe(true);
  expect(of('reference-not-readable')).toHaveLength(1);
  const transfers = await world.dataDir.ledger.transfers.list({ batchId });
  const remarked = transfers.map((transfer) => transfer.projection.findings['outcome-in-searchset'] ?? 0);
  expect(of('server-outcome')).toHaveLength(remarked.reduce((sum, count) => sum + count, 0));
  expect(of('server-outcome')[0]?.diagnostics).toBe('one source did not answer in time');
});

test('types are read at once, as many as the profile allows, and the record is the one that was given', async () => {
  await world.close();
  world = await openWorld({ temporalAddress: inject('temporalAddress'), receive: 'parallel_types = 2' });
  const [heldType = '', ...otherTypes] = world.profile.profile.receive?.resourceTypes ?? [];
  await world.admin.faults([{ kind: 'hold', route: `GET /r4/${heldType}` }]);
  await world.startWorker();
  const batchId = await launch();
  await untilState(world, batchId, 'link-issued', 4);
  const [first, second] = await world.dataDir.ledger.transfers.list({ batchId });
  if (first === undefined || second === undefined) throw new Error('rows are missing');
  await callBack(world, await authorize(world, first.transferId));
  const othersRead = async () => {
    const read = new Set((await world.admin.journal()).map(({ route }) => route));
    return otherTypes.every((type) => read.has(`/r4/${type}`)) && !read.has(`/r4/${heldType}`);
  };
  await expect.poll(othersRead, { timeout: 30_000 }).toBe(true);
  await world.admin.faults([]);
  await untilState(world, batchId, 'stored', 1);

  const given = givenContents(await world.admin.journal(), '01-testmemid');
  expect((await runCarryover(['deliver', batchId, '--data-dir', world.dataDir.paths.root])).exitCode).toBe(4);
  const delivered = await deliveredContents(join(world.dataDir.paths.deliveries, batchId));
  expect(delivered.get(first.transferId)).toEqual(given);
});

test('a type that this payer does not give is told and keeps nothing else back; where a token may read nothing at all, that is said', async () => {
  const notGiven = (status: number, route: string) => ({ kind: 'status', status, route });
  await world.admin.faults([notGiven(403, 'GET /r4/Goal'), notGiven(404, 'GET /r4/Condition')]);
  await world.startWorker();
  const batchId = await launch();
  await untilState(world, batchId, 'link-issued', 4);
  const { ledger } = world.dataDir;
  const [first, second] = await ledger.transfers.list({ batchId });
  if (first === undefined || second === undefined) throw new Error('rows are missing');
  await callBack(world, await authorize(world, first.transferId));
  await untilState(world, batchId, 'stored', 1);
  const types = world.profile.profile.receive?.resourceTypes ?? [];
  await world.admin.faults(types.map((type) => notGiven(403, `GET /r4/${type}`)));
  await callBack(world, await authorize(world, second.transferId));
  await untilState(world, batchId, 'failed', 1);

  const { projection } = await ledger.transfers.get(first.transferId);
  expect(projection.findings).toEqual({ 'type-not-given-Condition': 1, 'type-not-given-Goal': 1 });
  expect(Object.keys(projection.stored)).toEqual(expect.arrayContaining(['Patient', 'Observation']));
  expect(Object.keys(projection.stored)).not.toContain('Goal');
  expect((await ledger.transfers.get(second.transferId)).reason).toBe('ACCESS_FORBIDDEN');
});

test('a name in another spelling is the same; another given name or member id is told, and stops nothing', async () => {
  const rosterFile = join(world.directory, 'roster', 'spelled.csv');
  const header = 'row_id,family,given,birth_date,previous_member_id,zip';
  const spelled = '1,"TRÓMP-100, Jr.",delmar187,1961-05-15,03-TESTMEMID,02109';
  const other = '2,Bluth,Gob,1943-01-01,44-other,15239';
  await writeFile(rosterFile, `${header}\n${spelled}\n${other}\n`);
  await world.startWorker();
  const batchId = await launch(rosterFile);
  await untilState(world, batchId, 'link-issued', 2);
  const { ledger } = world.dataDir;
  const truths = [
    { firstName: 'Delmar187', lastName: 'Tromp100', memberId: '03-testmemid' },
    { firstName: 'George', memberId: '04-testmemid' },
  ];
  const transfers = (await ledger.transfers.list({ batchId })).toSorted((a, b) => a.line - b.line);
  for (const [index, { transferId }] of transfers.entries())
    await callBack(world, await authorize(world, transferId, 'allow', { truth: truths[index] }));
  await untilState(world, batchId, 'stored', 2);

  const told = await Promise.all(
    transfers.map(async ({ transferId }) => ({
      findings: (await ledger.transfers.get(transferId)).projection.findings,
      compared: (await ledger.events(transferId)).find(({ body }) => body.kind === 'patient-compared')?.body,
    })),
  );
  expect(told).toEqual([
    { findings: {}, compared: { kind: 'patient-compared', givenName: 'same', memberId: 'same' } },
    {
      findings: { 'patient-differs-in-given-name': 1, 'patient-differs-in-member-id': 1 },
      compared: { kind: 'patient-compared', givenName: 'differs', memberId: 'differs' },
    },
  ]);
  await untilDelivered(world, batchId);
  const outcomes = (await outcomesOf(world, batchId)).filter(({ found }) => found === 'finding');
  expect(outcomes.map(({ rowId, diagnostics }) => `${rowId} ${diagnostics}`)).toEqual([
    '2 patient-differs-in-given-name: 1',
    '2 patient-differs-in-member-id: 1',
  ]);
});

test.each([
  ['another person than the one on the roster', 'another', 'PATIENT_MISMATCH'],
  ['no Patient', 'none', 'PATIENT_AMBIGUOUS'],
  ['more than one Patient', 'several', 'PATIENT_AMBIGUOUS'],
])('%s stops the transfer, and nothing of the record is kept', async (_, patientSearch, code) => {
  await world.admin.switches({ patientSearch });
  await world.startWorker();
  const batchId = await launch();
  await untilState(world, batchId, 'link-issued', 4);
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId }))
    await callBack(world, await authorize(world, transferId));
  await untilEnded(world, batchId);
  const transfers = await world.dataDir.ledger.transfers.list({ batchId });
  expect(transfers.map(({ state, reason }) => `${state} ${reason}`)).toEqual(Array(4).fill(`failed ${code}`));
  for (const { transferId } of transfers) {
    expect(await world.dataDir.objects.list(`page/${transferId}`)).toEqual([]);
    expect(await world.dataDir.objects.list(`record/${transferId}`)).toEqual([]);
  }
});

/** Name and SHA-256 of every file in a folder. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name));
      return `${name} ${createHash('sha256').update(bytes).digest('hex')}`;
    }),
  );
}

interface Told {
  readonly rowId: string | undefined;
  readonly found: string | undefined;
  readonly diagnostics: string;
}

async function outcomesOf({ dataDir }: World, batchId: BatchId): Promise<readonly Told[]> {
  const bytes = await readFile(join(dataDir.paths.deliveries, batchId, 'outcomes.ndjson.gz'));
  const lines = gunzipSync(bytes).toString().trimEnd().split('\n');
  return lines.map((line) => {
    const { extension, issue } = JSON.parse(line) as {
      readonly extension: readonly {
        readonly url: string;
        readonly valueString?: string;
        readonly valueCode?: string;
      }[];
      readonly issue: readonly { readonly diagnostics?: string }[];
    };
    const value = (url: string) => extension.find((one) => one.url === url);
    return {
      rowId: value('urn:carryover:row-id')?.valueString,
      found: value('urn:carryover:found')?.valueCode,
      diagnostics: issue[0]?.diagnostics ?? '',
    };
  });
}
