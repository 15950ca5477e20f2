import { join } from 'node:path';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import { launchBatch } from '../../operations/launch-batch.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { untilRevision } from '../histories/scenario.ts';
import { authorize, callBack, linkOf } from '../support/browsers.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilState } from '../support/until-state.ts';

const rosterFile = join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv');
let world: World;

beforeEach(async () => {
  world = await openWorld({ temporalAddress: inject('temporalAddress') });
});
afterEach(() => world.close());

/** A batch of the four test members who all have their links, and the first transfer of it. */
async function launched() {
  const { profile } = world;
  const { batchId } = await launchBatch(world.operator, { direction: 'receive', profile, rosterFile, again: false });
  await untilState(world, batchId, 'link-issued', 4);
  const [first] = await world.dataDir.ledger.transfers.list({ batchId });
  if (first === undefined) throw new Error('no transfer');
  return { batchId, transferId: first.transferId };
}

test('a code whose exchange is refused leads to a new link, and the member ends well with that', async () => {
  await world.admin.faults([{ kind: 'status', status: 400, route: 'POST /oauth2/token', ordinals: [1] }]);
  await world.startWorker();
  const { batchId, transferId } = await launched();
  await callBack(world, await authorize(world, transferId));
  await untilRevision(world, transferId, 2);
  await callBack(world, await authorize(world, transferId));
  await untilState(world, batchId, 'stored', 1);
});

test('what comes back twice is noted and not exchanged again, and the record of the first time is stored', async () => {
  await world.startWorker();
  const { batchId, transferId } = await launched();
  const inTwoBrowsers = [await authorize(world, transferId), await authorize(world, transferId)];
  const accepted = [];
  for (const redirectedTo of [...inTwoBrowsers, ...inTwoBrowsers]) accepted.push(await callBack(world, redirectedTo));
  expect(accepted.map((one) => ('why' in one ? one.why : one.kind))).toEqual([
    'authorized',
    'state-used',
    'state-used',
    'state-used',
  ]);
  await untilState(world, batchId, 'stored', 1);
  for (const redirectedTo of inTwoBrowsers) await callBack(world, redirectedTo);

  const { ledger } = world.dataDir;
  const { projection, state } = await ledger.transfers.get(transferId);
  expect({ state, findings: projection.findings }).toEqual({
    state: 'stored',
    findings: { 'authorization-used-twice': 1 },
  });
  expect(await ledger.verifyChain(transferId)).toMatchObject({ kind: 'intact' });
  const kinds = (await ledger.events(transferId)).map(({ body }) => body.kind);
  expect(kinds.filter((kind) => kind === 'exchange-attempted')).toHaveLength(1);
  expect((await world.admin.findings()).map(({ kind }) => kind)).not.toContain('code-used-twice');
});

test('a code that is worth nothing when it is tried again, after the counterpart was too busy, was used meanwhile: noted, and a new link', async () => {
  const route = 'POST /oauth2/token';
  await world.admin.faults([
    { kind: 'status', status: 429, retryAfterSeconds: 1, route, ordinals: [1] },
    { kind: 'oauth-error', error: 'invalid_grant', route, ordinals: [2] },
  ]);
  await world.startWorker();
  const { transferId } = await launched();
  await callBack(world, await authorize(world, transferId));
  await untilRevision(world, transferId, 2);
  const { projection } = await world.dataDir.ledger.transfers.get(transferId);
  expect(projection.findings).toEqual({ 'authorization-used-twice': 1 });
});

test.each([
  ['invalid_request', 400, 'OAUTH_REQUEST_REJECTED'],
  ['unauthorized_client', 401, 'OAUTH_REQUEST_REJECTED'],
  ['invalid_client', 401, 'CLIENT_REJECTED'],
])(
  'an exchange answered with %s and %i fails as %s, and the member is not asked again',
  async (error, status, code) => {
    await world.admin.faults([{ kind: 'oauth-error', error, status, route: 'POST /oauth2/token' }]);
    await world.startWorker();
    const { batchId, transferId } = await launched();
    await callBack(world, await authorize(world, transferId));
    await untilState(world, batchId, 'failed', 1);
    const { reason, projection } = await world.dataDir.ledger.transfers.get(transferId);
    expect([reason, projection.revision]).toEqual([code, 1]);
  },
);

test('a link whose request the counterpart does not take fails as that, not as the no of the member', async () => {
  await world.admin.switches({ pkce: 'required' });
  await world.startWorker();
  const { batchId, transferId } = await launched();
  expect(await callBack(world, await authorize(world, transferId))).toEqual({ kind: 'rejected' });
  await untilState(world, batchId, 'failed', 1);
  expect((await world.dataDir.ledger.transfers.get(transferId)).reason).toBe('OAUTH_REQUEST_REJECTED');
});

test('with PKCE each link has a challenge of its own, the code goes with the verifier of its link, and both are destroyed', async () => {
  await world.close();
  const receive = 'pkce = "S256"';
  world = await openWorld({ temporalAddress: inject('temporalAddress'), receive, switches: { pkce: 'required' } });
  await world.admin.faults([{ kind: 'status', status: 400, route: 'POST /oauth2/token', ordinals: [1] }]);
  await world.startWorker();
  const { batchId, transferId } = await launched();
  const listed = await runCarryover(['links', batchId, '--json', '--data-dir', world.dataDir.paths.root]);
  expect(listed.stdout).toContain(JSON.stringify(await linkOf(world, transferId)).slice(1, -1));

  const challenges: (string | null)[] = [];
  for (const revision of [1, 2]) {
    await untilRevision(world, transferId, revision);
    challenges.push(new URL(await linkOf(world, transferId)).searchParams.get('code_challenge'));
    await callBack(world, await authorize(world, transferId));
  }
  await untilState(world, batchId, 'stored', 1);
  expect(new Set(challenges).size).toBe(2);
  const kinds = (await world.admin.findings()).map(({ kind }) => kind);
  expect(kinds).not.toContain('code-verifier-wrong');
  const { verifierId } = (await world.dataDir.ledger.links.current(transferId)) ?? {};
  expect(verifierId && (await world.dataDir.secrets.open(verifierId))).toBeUndefined();
});

test('a read token that is over in the middle of a record is renewed without the member, each refresh token once', async () => {
  await world.admin.faults([{ kind: 'status', status: 401, route: 'GET /r4/*', ordinals: [4] }]);
  await world.startWorker();
  const { batchId, transferId } = await launched();
  await callBack(world, await authorize(world, transferId));
  await untilState(world, batchId, 'stored', 1);

  const { ledger } = world.dataDir;
  const kinds = (await ledger.events(transferId)).map(({ body }) => body.kind);
  expect(kinds.filter((kind) => kind === 'refresh-attempted')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'link-issued')).toHaveLength(1);
  expect((await world.admin.findings()).map(({ kind }) => kind)).not.toContain('refresh-token-used-twice');
  expect(await ledger.rebuildProjection(transferId)).toEqual((await ledger.transfers.get(transferId)).projection);
});

test('where the answer to a refresh is lost the refresh token is not used again: the member gets a new link, and goes on there', async () => {
  await world.admin.faults([
    { kind: 'status', status: 401, route: 'GET /r4/*', ordinals: [4] },
    { kind: 'reset-after-storing', route: 'POST /oauth2/token', ordinals: [2] },
  ]);
  await world.startWorker();
  const { batchId, transferId } = await launched();
  await callBack(world, await authorize(world, transferId));
  await untilRevision(world, transferId, 2);
  await callBack(world, await authorize(world, transferId));
  await untilState(world, batchId, 'stored', 1);

  const events = await world.dataDir.ledger.events(transferId);
  const outcomes = events.flatMap(({ body }) => (body.kind === 'refresh-answered' ? [body.outcome] : []));
  expect(outcomes).toEqual(['unknown']);
  const pages = events.flatMap(({ body }) => (body.kind === 'page-read' ? [`${body.resourceType} ${body.page}`] : []));
  expect(new Set(pages).size).toBe(pages.length);
});
