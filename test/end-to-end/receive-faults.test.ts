import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { JournalRecord } from '../../sandbox/journal.ts';
import { deliveredContents, givenContents } from '../support/delivered-content.ts';
import { untilFirstIsReceived, untilReceived } from '../support/members-at-browsers.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { faultRules, receiveCases, requestTimeoutMs, type ReceiveEnd } from '../support/receive-fault-cases.ts';
import { writeReceiveRoster } from '../support/receive-roster.ts';
import { untilSlowIsRecorded } from '../support/until-slow-is-recorded.ts';

/** One member, one transfer, one fault at one step; before them one member whom nothing meets. */
const cases = receiveCases.map((one, index) => ({ ...one, row: index + 1 }));

let world: World;
let transfers: readonly Transfer[];
let members: readonly string[];
let journal: readonly JournalRecord[];
let delivered: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    generatedMembers: cases.length + 1,
    pacing: 'requests_per_second = 500\nconcurrent_members = 24',
    // Three pages, and what they refer to: little of a record, so that there can be many members.
    receive: `resource_types = ["Encounter"]\npage_size = 10\nrequest_timeout_ms = ${requestTimeoutMs}`,
  });
  const { rosterFile, previousMemberIds } = await writeReceiveRoster(world);
  members = previousMemberIds;
  await world.admin.faults(cases.flatMap((one) => faultRules(one, members[one.row] ?? '')));
  await world.startWorker();
  const { profile } = world;
  const { batchId } = await launchBatch(world.operator, { direction: 'receive', profile, rosterFile, again: false });
  await untilFirstIsReceived(world, batchId);
  await untilReceived(world, batchId);
  await untilSlowIsRecorded(world.admin);
  transfers = await world.dataDir.ledger.transfers.list({ batchId });
  journal = await world.admin.journal();
  delivered = await deliveredContents(join(world.dataDir.paths.deliveries, batchId));
}, 300_000);
afterAll(() => world.close());

/** How a transfer stands against the table. */
interface Outcome extends Pick<ReceiveEnd, 'state' | 'reason'> {
  readonly links: number;
  readonly refreshes: number;
  readonly reads: number;
  readonly findings: readonly string[];
}

async function outcomeOf(row: number): Promise<Outcome> {
  const { transferId, state, reason, projection } = transferOf(row);
  const kinds = (await world.dataDir.ledger.events(transferId)).map(({ body }) => body.kind);
  return {
    state: state as Outcome['state'],
    ...(reason !== undefined && { reason }),
    links: kinds.filter((kind) => kind === 'link-issued').length,
    refreshes: kinds.filter((kind) => kind === 'refresh-attempted').length,
    reads: readsOf(row),
    findings: Object.keys(projection.findings),
  };
}

const transferOf = (row: number): Transfer => {
  const transfer = transfers[row];
  if (transfer === undefined) throw new Error('no such row');
  return transfer;
};
const readsOf = (row: number): number =>
  journal.filter(({ origin, previousMemberId }) => origin === 'fhir' && previousMemberId === members[row]).length;

test.for(cases)('$name at $place ends as $end.state $end.reason', async ({ end, row }) => {
  const { links = 1, refreshes = 0, moreReads = 0, reads: inAll = readsOf(0) + moreReads, finding, ...ended } = end;
  const outcome = await outcomeOf(row);
  // Where a transfer ended early, how far it came is not the table's business.
  const reads = end.state === 'stored' ? inAll : outcome.reads;
  const findings = finding === undefined ? [] : [finding];
  expect(outcome).toEqual({ ...ended, links, refreshes, reads, findings });
});

test.for([{ name: 'no fault', row: 0 }, ...cases])(
  '$name at $place: what was given is delivered, once, or nothing is',
  async ({ row }) => {
    const { transferId, state, projection } = transferOf(row);
    const given = givenContents(journal, members[row] ?? '');
    const held = delivered.get(transferId) ?? [];
    expect(held).toEqual(state === 'stored' ? given : []);
    expect(Object.values(projection.stored).reduce((sum, count) => sum + count, 0)).toBe(held.length);

    const { ledger, objects } = world.dataDir;
    const pages = (await ledger.events(transferId)).flatMap(({ body }) => (body.kind === 'page-read' ? [body] : []));
    const pageObjects = [...new Set(pages.map(({ object }) => object))].toSorted();
    expect(await objects.list(`page/${transferId}/`)).toEqual(pageObjects);
    expect(await objects.list(`record/${transferId}`)).toHaveLength(state === 'stored' ? 1 : 0);
    expect(await ledger.rebuildProjection(transferId)).toEqual(projection);
    expect((await ledger.verifyChain(transferId)).kind).toBe('intact');
  },
);

test('no code and no refresh token is used twice, and no token leaves its origin', async () => {
  const kinds = new Set((await world.admin.findings()).map(({ kind }) => kind));
  expect([...kinds].filter((kind) => kind !== 'expired-token-used')).toEqual([]);
});

test('every fault of the table met somebody', async () => {
  const rules = await world.admin.faultCounts();
  expect(rules.filter(({ hits }) => hits === 0).map(({ rule }) => rule)).toEqual([]);
});
