import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { OperationOutcomeError, badRequest } from '@medplum/core';
import { afterEach, expect, inject, test } from 'vitest';

import { generateMember } from '../../fixtures/generate-member.ts';
import { payloadBytes } from '../../fixtures/payload-formats.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { openForeignServer, type ForeignServer, type ForeignWishes } from '../support/foreign-server.ts';
import { judgeForeign } from '../support/judge-foreign.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { sendToForeign, type Sent } from '../support/send-to-foreign.ts';
import { syntheaDirectory, syntheaFiles, syntheaIsThere, syntheaRoster } from '../support/synthea-people.ts';
import { untilState } from '../support/until-state.ts';

let world: World;
let foreign: ForeignServer;

afterEach(async () => {
  await world.close();
  await foreign.close();
});

/** A server that others wrote, a profile that posts to it, and a worker. */
async function open(send: string, wishes: ForeignWishes = {}): Promise<void> {
  foreign = await openForeignServer(wishes);
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    send: `write_timeout_ms = 5000\n${send}`,
    sendBaseUrl: foreign.fhirBaseUrl,
  });
  await world.startWorker();
}

/** Invented members with records of these sizes. */
async function synthetic(...sizes: readonly number[]): Promise<Sent> {
  const sourceDir = join(world.directory, 'roster');
  const members = sizes.map((size, index) => generateMember({ seed: 23, index, size }));
  await mkdir(sourceDir, { recursive: true });
  const rows = await Promise.all(
    members.map(async ({ record, resources }, index) => {
      const source = `member-${index}.json`;
      await writeFile(join(sourceDir, source), payloadBytes(resources, 'collection'));
      const { family, given, birthDate, previousMemberId, zip, email } = record;
      const row = { row_id: `row-${index}`, family, given, zip, email, source };
      return { ...row, birth_date: birthDate, previous_member_id: previousMemberId };
    }),
  );
  const rosterFile = join(sourceDir, 'roster.csv');
  await writeFile(rosterFile, rosterCsv(rows));
  return { rosterFile, sourceDir, members: members.length };
}

async function synthea(): Promise<Sent> {
  const files = syntheaFiles();
  const rosterFile = join(world.directory, 'roster', 'synthea.csv');
  await writeFile(rosterFile, syntheaRoster(files));
  return { rosterFile, sourceDir: syntheaDirectory, members: files.length };
}

async function progressOf(batchId: BatchId) {
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  const { byState, counts } = await world.dataDir.ledger.transfers.progress(batchId);
  return { byState, counts, findings: transfer?.projection.findings ?? {} };
}

const isSingle = ({ path }: { readonly path: string }) => path !== '';

test.each([
  ['each entry on its own', {}],
  ['transactions whole', { transactions: true }],
])(
  'with ids from a server that takes %s, whole records are stored and every reference in them resolves',
  async (_, wishes) => {
    await open('id_assignment = "server"', wishes);
    const sent = await synthetic(60, 150);
    const batchId = await sendToForeign(world, foreign, sent);
    await untilState(world, batchId, 'sent', sent.members);
    const { confirmed, stored, unknown, references, unresolved } = await judgeForeign(world, batchId, foreign);
    expect({ stored, unknown, unresolved }).toEqual({ stored: confirmed, unknown: 0, unresolved: 0 });
    expect(confirmed).toBeGreaterThan(150);
    expect(references).toBeGreaterThan(confirmed);
    expect(foreign.requests.filter(isSingle)).toEqual([]);
    expect((await progressOf(batchId)).findings).toEqual({});
  },
);

test.runIf(syntheaIsThere())(
  'with ids from the server, twelve people whose records another program wrote are stored there whole',
  async () => {
    await open('id_assignment = "server"');
    const sent = await synthea();
    const batchId = await sendToForeign(world, foreign, sent);
    await untilState(world, batchId, 'sent', sent.members);
    const { confirmed, stored, unknown, unresolved, dangling } = await judgeForeign(world, batchId, foreign);
    expect({ stored, unknown, unresolved }).toEqual({ stored: confirmed, unknown: 0, unresolved: dangling });
    expect(confirmed).toBeGreaterThan(1000);
  },
);

test('with our own ids in single posts, which this server keeps, every reference resolves', async () => {
  await open('id_assignment = "caller"\nsingle_posts = true');
  const sent = await synthetic(60);
  const batchId = await sendToForeign(world, foreign, sent);
  await untilState(world, batchId, 'sent');
  const { confirmed, stored, unresolved } = await judgeForeign(world, batchId, foreign);
  expect({ stored, unresolved }).toEqual({ stored: confirmed, unresolved: 0 });
  expect(foreign.requests.filter(isSingle)).toHaveLength(confirmed);
});

test('with our own ids in bundles, which this server replaces, all is confirmed under its ids, and a finding says that references lead nowhere', async () => {
  await open('id_assignment = "caller"');
  const sent = await synthetic(60);
  const batchId = await sendToForeign(world, foreign, sent);
  await untilState(world, batchId, 'sent-with-exceptions');
  const { confirmed, stored, references, unresolved } = await judgeForeign(world, batchId, foreign);
  expect({ stored, unresolved }).toEqual({ stored: confirmed, unresolved: references });
  const { findings, counts } = await progressOf(batchId);
  expect(findings).toEqual({ 'id-not-kept': foreign.requests.length });
  expect(counts).toMatchObject({ confirmed, refused: 0, unknown: 0 });
});

test('too many requests in the middle of a batch put the rest off; it goes again, and each is stored once', async () => {
  await open('id_assignment = "server"');
  foreign.repository.createsUntilThrottled = 27;
  const sent = await synthetic(80);
  const batchId = await sendToForeign(world, foreign, sent);
  await untilState(world, batchId, 'sent');
  const { confirmed, stored, unknown, unresolved } = await judgeForeign(world, batchId, foreign);
  expect({ stored, unknown, unresolved }).toEqual({ stored: confirmed, unknown: 0, unresolved: 0 });
});

const noGoals = (resource: { readonly resourceType: string }) => {
  if (resource.resourceType === 'Goal') throw new OperationOutcomeError(badRequest('No Goal is taken here'));
};

test.each([
  {
    what: 'a bundle that is kept whole is refused for one entry',
    send: 'id_assignment = "server"',
    wishes: { transactions: true },
    refused: 'its bundle',
    findings: {},
  },
  {
    what: 'an entry on its own is refused alone',
    send: 'id_assignment = "server"',
    wishes: {},
    refused: 'itself',
    findings: { 'linked-with-unstored': 1 },
  },
  {
    what: 'a single post is refused alone',
    send: 'id_assignment = "server"\nsingle_posts = true',
    wishes: {},
    refused: 'itself',
    findings: {},
  },
])('$what, what refers to it is withheld, and the store holds the confirmed ones', async (given) => {
  await open(given.send, given.wishes);
  foreign.repository.rule = noGoals;
  const sent = await synthetic(60);
  const batchId = await sendToForeign(world, foreign, sent);
  await untilState(world, batchId, 'sent-with-exceptions');
  const { confirmed, stored, unknown } = await judgeForeign(world, batchId, foreign);
  expect({ stored, unknown }).toEqual({ stored: confirmed, unknown: 0 });
  const { counts, findings } = await progressOf(batchId);
  expect(counts.refused === 1 ? 'itself' : 'its bundle').toBe(given.refused);
  expect(findings).toEqual(given.findings);
});
