import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { openPlan } from '../../adapters/plans/open-plan.ts';
import { loadProfile } from '../../adapters/profile/load-profile.ts';
import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { JournalRecord } from '../../sandbox/journal.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { faultCases, writeTimeoutMs, type FaultCase, type FaultEnd } from '../support/fault-cases.ts';
import { writeFaultRoster } from '../support/fault-roster.ts';
import { historyFacts } from '../support/history-facts.ts';
import { judgeBatch } from '../support/judge.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilSlowIsRecorded } from '../support/until-slow-is-recorded.ts';
import { writeProfile } from '../support/write-profile.ts';

/** One member, one transfer, one fault at one of the three bundles. */
interface Case extends FaultCase {
  readonly row: number;
  readonly bundle: number;
  readonly place: string;
}

const places = ['first', 'middle', 'last'];

function atEveryBundle(faults: readonly FaultCase[]): readonly Case[] {
  return faults.flatMap((fault, index) =>
    places.map((place, at) => ({ ...fault, place, bundle: at + 1, row: index * places.length + at })),
  );
}

const cases = atEveryBundle(faultCases);
const profileSend = `write_timeout_ms = ${writeTimeoutMs}`;

let world: World;
let batchId: BatchId;
let transfers: readonly Transfer[];
let journal: readonly JournalRecord[];
let members: readonly string[];

beforeAll(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    send: profileSend,
    // A repeat would be stored a second time under another id: the journal would show it.
    switches: { repeatedId: 'duplicate' },
  });
  await world.startWorker();
  ({ batchId, members } = await launch(cases, world.profile));
  await untilEnded(world, batchId, () => replaceDeadTokens(batchId));
  await untilSlowIsRecorded(world.admin);
  transfers = await world.dataDir.ledger.transfers.list({ batchId });
  journal = await world.admin.journal();
}, 180_000);
afterAll(() => world.close());

async function launch(table: readonly Case[], profile: World['profile'], firstIndex = 0) {
  const dir = join(world.directory, `roster-${firstIndex}`);
  const { rosterFile, previousMemberIds } = await writeFaultRoster({
    dir,
    seed: 21,
    members: table.length,
    firstIndex,
  });
  await world.admin.faults(
    table.map(({ fault, row, bundle }) => ({
      ...fault,
      route: 'POST /r4',
      previousMemberId: previousMemberIds[row],
      ordinals: [bundle],
    })),
  );
  const launched = await launchBatch(world.operator, { direction: 'send', profile, rosterFile, again: false });
  return { batchId: launched.batchId, members: previousMemberIds };
}

/** The person asks the counterpart for a new token where one has died, and hands it in. */
async function replaceDeadTokens(batch: BatchId): Promise<void> {
  const { dataDir, admin, operator, profile } = world;
  const { send } = profile.profile;
  if (send === undefined) throw new Error('the profile cannot send');
  for (const { transferId, recordObject } of await deadTokens(batch)) {
    const record = await openMemberRecord(dataDir, { recordObject });
    const { given, family, birthDate, previousMemberId } = record;
    const { accessToken } = await admin.mintToken({ name: `${given} ${family}`, birthDate, previousMemberId });
    await handInToken(operator, { transferId, accessToken, send });
  }
}

async function deadTokens(batch: BatchId): Promise<readonly Transfer[]> {
  const waiting = await world.dataDir.ledger.transfers.list({ batchId: batch, states: ['token-waiting'] });
  return waiting.filter(({ projection }) => projection.token === undefined && projection.writes.tries['bundle/1']);
}

/** How a transfer stands against the table: in resources of its three bundles, and in what the journal holds of them. */
interface Outcome {
  readonly state: string;
  readonly tries: readonly number[];
  readonly counts: Readonly<Record<'confirmed' | 'refused' | 'unknown' | 'withheld', readonly number[]>>;
  readonly stored: readonly number[];
  readonly findings: readonly string[];
}

async function outcomeOf({ transferId, state, projection }: Transfer, arrived: readonly JournalRecord[]) {
  const { bundles, resources } = await openPlan(world.dataDir, transferId);
  const stored = new Set(
    arrived
      .flatMap(({ entries }) => entries)
      .filter(({ outcome }) => outcome === 'stored')
      .map(({ resourceType, callerId }) => `${resourceType}/${callerId}`),
  );
  const { fates, tries } = projection.writes;
  const inEach = (holds: (ordinal: number) => boolean) => bundles.map(({ ordinals }) => ordinals.filter(holds).length);
  const isStored = (ordinal: number) =>
    stored.has(`${resources[ordinal]?.resourceType}/${resources[ordinal]?.targetId}`);
  const outcome: Outcome = {
    state,
    tries: bundles.map(({ bundle }) => tries[`bundle/${bundle}`] ?? 0),
    counts: {
      confirmed: inEach((ordinal) => fates[ordinal] === 'c'),
      refused: inEach((ordinal) => fates[ordinal] === 'r'),
      unknown: inEach((ordinal) => fates[ordinal] === 'u'),
      withheld: inEach((ordinal) => fates[ordinal] === 'w'),
    },
    stored: inEach(isStored),
    findings: Object.keys(projection.findings),
  };
  return { outcome, sizes: bundles.map(({ ordinals }) => ordinals.length) };
}

/** What the table says, in the same terms. */
function expectedOutcome(end: FaultEnd, hit: number, sizes: readonly number[]): Omit<Outcome, 'findings'> {
  const ofHit = (share: FaultEnd['refused']) =>
    sizes.map((size, at) =>
      at + 1 !== hit || share === undefined || share === 'none' ? 0 : share === 'all' ? size : 1,
    );
  const refused = ofHit(end.refused);
  const unknown = ofHit(end.unknown);
  const withheld = sizes.map((size, at) => (end.later === 'withheld' && at + 1 > hit ? size : 0));
  const confirmed = sizes.map((size, at) => size - (refused[at] ?? 0) - (unknown[at] ?? 0) - (withheld[at] ?? 0));
  return {
    state: end.state,
    tries: sizes.map((_, at) => triesOf(end, at + 1 - hit)),
    counts: { confirmed, refused, unknown, withheld },
    stored: confirmed.map((count, at) =>
      at + 1 === hit ? ({ none: 0, all: sizes[at], as: count }[end.stored ?? 'as'] ?? 0) : count,
    ),
  };
}

/** Tries of a bundle, by its distance from the one that the fault meets. */
function triesOf({ tries, later = 'once' }: FaultEnd, distance: number): number {
  if (distance === 0) return tries ?? 1;
  if (distance === 1 && later === 'twice') return 2;
  return distance > 0 && later === 'withheld' ? 0 : 1;
}

async function expectEnd(
  { end, row, bundle }: Case,
  of: readonly Transfer[],
  posts: readonly JournalRecord[],
  ids: readonly string[],
) {
  const transfer = of[row];
  if (transfer === undefined) throw new Error('no such row');
  const arrived = posts.filter(({ origin, previousMemberId }) => origin === 'fhir' && previousMemberId === ids[row]);
  const { outcome, sizes } = await outcomeOf(transfer, arrived);
  const { findings, ...stands } = outcome;
  expect(sizes).toHaveLength(places.length);
  expect(stands).toEqual(expectedOutcome(end, bundle, sizes));
  expect(findings.slice(0, 1)).toEqual(end.finding === undefined ? [] : [end.finding]);
  // Every try of the ledger arrived once, and no other.
  expect(arrived).toHaveLength(stands.tries.reduce((sum, tries) => sum + tries, 0));
}

test.for(cases)('$name at the $place bundle ends as $end.state', async (row) => {
  await expectEnd(row, transfers, journal, members);
});

test('over all these faults nothing is stored twice, what is confirmed is stored, and what is stored is counted', async () => {
  const { confirmed, unknown, stored } = await judgeBatch(world, batchId, { exact: false });
  expect(confirmed).toBeGreaterThan(0);
  expect(stored).toBeLessThan(confirmed + unknown);
});

test('each token round and each further slice costs at most twelve events of the history', async () => {
  const facts = await Promise.all(transfers.map(({ transferId }) => historyFacts(world, transferId)));
  // Load, mail and one slice; each further slice, of the same token or of the next, is one activity more.
  const further = facts.map(({ activities }) => Math.max(0, activities - 3));
  expect(Math.max(...further)).toBeGreaterThan(0);
  expect(facts.filter(({ events }, row) => events > 40 + 12 * (further[row] ?? 0))).toEqual([]);
});

test('a redirect never takes a token along, and no token is used for two members', async () => {
  const kinds = new Set((await world.admin.findings()).map(({ kind }) => kind));
  expect(
    [...kinds].filter((kind) => ['token-on-wrong-origin', 'unknown-token', 'wrong-patient'].includes(kind)),
  ).toEqual([]);
});

test('where the profile says that 503 means not stored, and not now, the bundle goes again', async () => {
  const send = `${profileSend}\nnot_stored_statuses = [400, 401, 403, 429, 503]\ntry_again_statuses = [429, 503]`;
  const profile = await loadProfile(await writeProfile(join(world.directory, 'says-503'), world.sandbox, { send }), {
    dirs: [],
  });
  const fault = { kind: 'status', status: 503, retryAfterSeconds: 1 };
  const table = atEveryBundle([{ name: '503', fault, end: { state: 'sent', tries: 2 } }]);
  const read = Math.max(...(await world.admin.mailbox()).map(({ id }) => id));
  const second = await launch(table, profile, cases.length);
  await untilEnded(world, second.batchId, undefined, undefined, read);
  const ended = await world.dataDir.ledger.transfers.list({ batchId: second.batchId });
  const posts = await world.admin.journal();
  for (const row of table) await expectEnd(row, ended, posts, second.members);
});
