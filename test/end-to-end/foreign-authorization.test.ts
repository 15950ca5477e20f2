import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterEach, expect, inject, test } from 'vitest';

import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { generateMember } from '../../fixtures/generate-member.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { supportingTypes, usCoreClinicalTypes } from '../../schemas/fhir.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import {
  authorizeParameters,
  openAuthorizationServer,
  type AuthorizationServer,
} from '../support/authorization-server.ts';
import { callBack, linkOf } from '../support/browsers.ts';
import { ForeignRepository, openForeignServer, type ForeignServer } from '../support/foreign-server.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilDelivered } from '../support/until-delivered.ts';
import { untilState } from '../support/until-state.ts';
import { openWebBrowser } from '../support/web-browser.ts';

const redirectUri = 'http://127.0.0.1:8377/callback';
const asked = `authorize_parameters = ${authorizeParameters}\npkce = "S256"\nredirect_uri_in_exchange = true`;
const members = [0, 1].map((index) => generateMember({ seed: 53, index, size: 90 }));

let world: World;
let authorization: AuthorizationServer;
let fhir: ForeignServer;
/** By previous member id, under which a member signs in. */
let records: Map<string, ForeignRepository>;
/** Reads until the authorization server ends the token that comes with the next one. */
let readsUntilRevoked: number;

afterEach(async () => {
  await world.close();
  await fhir.close();
  await authorization.close();
});

/** Both servers, each member with a record of their own, and a batch whose links are issued. */
async function open(receive: string): Promise<BatchId> {
  authorization = await openAuthorizationServer(redirectUri);
  fhir = await openForeignServer({
    async recordOf(token) {
      if (readsUntilRevoked === 0) await authorization.revoke(token);
      readsUntilRevoked -= 1;
      return records.get((await authorization.accountOf(token)) ?? '');
    },
  });
  readsUntilRevoked = Number.POSITIVE_INFINITY;
  records = new Map(await Promise.all(members.map(async (member) => [idOf(member), await stored(member)] as const)));
  const { authorizeUrl, tokenUrl } = authorization;
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    redirectUri,
    receiveFrom: { authorizeUrl, tokenUrl, fhirBaseUrl: fhir.fhirBaseUrl },
    receive: `page_size = 7\n${receive}`,
  });
  await world.startWorker();
  const rosterFile = join(world.directory, 'roster', 'roster.csv');
  await writeFile(rosterFile, rosterCsv(members.map(rowOf)));
  const launch = { direction: 'receive', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilState(world, batchId, 'link-issued', members.length);
  return batchId;
}

type Member = (typeof members)[number];
const idOf = ({ record }: Member): string => record.previousMemberId;

function rowOf({ record }: Member, index: number) {
  const { family, given, birthDate, previousMemberId, zip, email } = record;
  const row = { row_id: `row-${index}`, family, given, zip, email, source: '' };
  return { ...row, birth_date: birthDate, previous_member_id: previousMemberId };
}

function distinct({ resources }: Member) {
  return [...new Map(resources.map((one) => [`${one.resourceType}/${one.id}`, one])).values()];
}

async function stored(member: Member): Promise<ForeignRepository> {
  const repository = new ForeignRepository();
  for (const resource of distinct(member))
    await repository.createResource(resource as unknown as Parameters<typeof repository.createResource>[0]);
  return repository;
}

/** The member opens the link in a browser, signs in and consents, or leaves; then comes back to us. */
async function authorize(transferId: TransferId, does: 'consents' | 'leaves' = 'consents') {
  const { recordObject } = await world.dataDir.ledger.transfers.get(transferId);
  const { previousMemberId } = await openMemberRecord(world.dataDir, { recordObject });
  const browser = openWebBrowser({ redirectUri, login: does === 'leaves' ? undefined : previousMemberId });
  return callBack(world, await browser.open(await linkOf(world, transferId)));
}

async function delivered(batchId: BatchId) {
  const { output } = await untilDelivered(world, batchId);
  const files = await Promise.all(
    output.map(({ url }) => readFile(join(world.dataDir.paths.deliveries, batchId, url))),
  );
  return files.flatMap((bytes) =>
    gunzipSync(bytes)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly resourceType: string; readonly id: string }),
  );
}

test('members who sign in and consent at a server that others wrote have their records read from another one, and delivered whole', async () => {
  const batchId = await open(asked);
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId }))
    expect(await authorize(transferId)).toEqual({ kind: 'authorized' });
  await untilState(world, batchId, 'stored', members.length);

  const got = await delivered(batchId);
  const clinical = new Set<string>(['Patient', ...usCoreClinicalTypes]);
  const wanted = members.flatMap(distinct).filter(({ resourceType }) => clinical.has(resourceType));
  const names = (all: readonly { resourceType: string; id?: unknown }[]) =>
    all.map(({ resourceType, id }) => `${resourceType}/${String(id)}`).toSorted();
  expect(names(got.filter(({ resourceType }) => clinical.has(resourceType)))).toEqual(names(wanted));
  expect(got.some(({ resourceType }) => (supportingTypes as readonly string[]).includes(resourceType))).toBe(true);
  for (const resource of got) {
    const held = await Promise.all(
      [...records.values()].map((repository) =>
        repository.readResource(resource.resourceType as 'Patient', resource.id).catch(() => undefined),
      ),
    );
    expect(held.map((one) => JSON.stringify(one))).toContain(JSON.stringify(resource));
  }
  const findings = (await world.dataDir.ledger.transfers.list({ batchId })).map(
    ({ projection }) => projection.findings,
  );
  expect(findings).toEqual([{}, {}]);
  expect(authorization.exchanges).toEqual(['authorization_code 200', 'authorization_code 200']);
});

test('a token that this server ends in the middle of a record is renewed there without the member', async () => {
  const batchId = await open(asked);
  readsUntilRevoked = 5;
  const [first] = await world.dataDir.ledger.transfers.list({ batchId });
  await authorize(first!.transferId);
  await untilState(world, batchId, 'stored');
  const { projection } = await world.dataDir.ledger.transfers.get(first!.transferId);
  expect(projection.revision).toBe(1);
  expect(authorization.exchanges).toEqual(['authorization_code 200', 'refresh_token 200']);
});

test('a member who leaves the pages of this server has said no', async () => {
  const batchId = await open(asked);
  const [first] = await world.dataDir.ledger.transfers.list({ batchId });
  expect(await authorize(first!.transferId, 'leaves')).toEqual({ kind: 'denied' });
  await untilState(world, batchId, 'refused');
  expect((await world.dataDir.ledger.transfers.get(first!.transferId)).reason).toBe('AUTHORIZATION_DENIED');
});

test.each([
  ['no challenge in the link', asked.replace('"S256"', '"off"'), 'rejected', []],
  ['no redirect URI in the exchange', asked.replace('true', 'false'), 'authorized', ['authorization_code 400']],
])('%s is what this server refuses, and what the transfer fails of', async (_, receive, comesBack, exchanges) => {
  const batchId = await open(receive);
  const [first] = await world.dataDir.ledger.transfers.list({ batchId });
  expect(await authorize(first!.transferId)).toEqual({ kind: comesBack });
  await untilState(world, batchId, 'failed');
  const { reason, projection } = await world.dataDir.ledger.transfers.get(first!.transferId);
  expect([reason, projection.revision]).toEqual(['OAUTH_REQUEST_REJECTED', 1]);
  expect(authorization.exchanges).toEqual(exchanges);
});
