import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { exchangeCode } from '../../activities/receive/exchange-code.ts';
import { refreshAccess } from '../../activities/receive/refresh-access.ts';
import { asDeedId, asSecretId, type SecretId, type TransferId } from '../../schemas/ids.ts';
import { storedBatch, type StoredBatch } from '../support/stored-batch.ts';

let batch: StoredBatch;
let deps: ActivityDependencies;
let transferId: TransferId;

beforeEach(async () => {
  batch = await storedBatch([{ rowId: 'row-1' }]);
  const { ledger, objects, secrets } = batch.dataDir;
  const { profileObject } = await ledger.batches.get(batch.batchId);
  const receive = {
    tokenUrl: 'http://127.0.0.1:1/oauth2/token',
    clientId: 'c',
    clientSecretFile: join(batch.dir, 'client-secret'),
    useRefreshToken: true,
    requestTimeoutMs: 1_000,
  };
  const profile = { id: 'plan-a', environment: 'sandbox', receive };
  await objects.put(profileObject, Buffer.from(JSON.stringify(profile)), { replace: true });
  const [transfer] = await ledger.transfers.list({ batchId: batch.batchId });
  if (transfer === undefined) throw new Error('nothing was recorded');
  ({ transferId } = transfer);
  // No counterpart: what the test wants to see comes before the connection.
  const nobody = () => {
    throw new Error('somebody was called');
  };
  deps = { ledger, objects, secrets, clock: Date.now, pools: nobody, log: { event: () => undefined } } as never;
});
afterEach(() => batch.close());

const kinds = async () => (await batch.dataDir.ledger.events(transferId)).map(({ body }) => body.kind);
const expiresAtMs = Date.now() + 60_000;

/** The sealed code of a link, as the callback leaves it. */
async function codeThatCameBack(): Promise<SecretId> {
  const { ledger, secrets } = deps;
  const state = secrets.prepare({ transferId, kind: 'link-state', value: 'state', expiresAtMs });
  await ledger.links.issue({ stateHash: 'h', transferId, revision: 1, state, expiresAtMs, actor: 'worker' });
  const { secretId } = await secrets.put({ transferId, kind: 'authorization-code', value: 'code', expiresAtMs });
  const body = { kind: 'authorized', deedId: asDeedId('d'), secretId, revision: 1 } as const;
  await ledger.append(transferId, { subject: 'deed/d', tryNumber: 1, actor: 'callback', body });
  return secretId;
}

test('a code is not attempted while the client secret cannot be read, and stays good', async () => {
  const secretId = await codeThatCameBack();
  const exchange = () => exchangeCode(deps)({ transferId, secretId });
  await expect(exchange()).rejects.toMatchObject({ code: 'SECRET_FILE_UNREADABLE' });
  expect(await kinds()).toEqual(['recorded', 'link-issued', 'authorized']);
  await writeFile(join(batch.dir, 'client-secret'), 's');
  await expect(exchange()).rejects.toThrow('somebody was called');
  expect(await kinds()).toEqual(['recorded', 'link-issued', 'authorized', 'exchange-attempted']);
});

test('a refresh token is not attempted while the client secret cannot be read, and stays good', async () => {
  const refresh = await deps.secrets.put({ transferId, kind: 'refresh-token', value: 'refresh', expiresAtMs });
  const body = {
    kind: 'exchange-answered',
    outcome: 'granted',
    accessTokenId: asSecretId(randomUUID()),
    refreshTokenId: refresh.secretId,
    fingerprint: 'f',
    expiresAt: new Date(expiresAtMs).toISOString(),
  } as const;
  await deps.ledger.append(transferId, { subject: 'code/1', tryNumber: 1, actor: 'worker', body });
  await expect(refreshAccess(deps, transferId)).rejects.toMatchObject({ code: 'SECRET_FILE_UNREADABLE' });
  expect(await kinds()).toEqual(['recorded', 'exchange-answered']);
  await writeFile(join(batch.dir, 'client-secret'), 's');
  await expect(refreshAccess(deps, transferId)).rejects.toThrow('somebody was called');
  expect(await kinds()).toEqual(['recorded', 'exchange-answered', 'refresh-attempted']);
});
