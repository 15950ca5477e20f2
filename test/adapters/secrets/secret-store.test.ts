import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describe, expect, test } from 'vitest';

import { openSecretStore, SecretGone } from '../../../adapters/secrets/secret-store.ts';
import { asDeedId, asSecretId, type TransferId } from '../../../schemas/ids.ts';
import {
  counterpartId,
  event,
  newKeys,
  recordBatch,
  startMs,
  temporaryLedger,
  transferIdOf,
} from '../ledger/temporary-ledger.ts';

const canary = 'canary-token-7f3a9c51';
const expiresAtMs = startMs + 7_200_000;

async function store() {
  const temporary = await temporaryLedger();
  const { transferIds } = await recordBatch(temporary.ledger, 2);
  const [transferId] = transferIds;
  return { ...temporary, transferId, secrets: openSecretStore(temporary) };
}

/** The bytes of every file of the ledger. Another process reads them: closing the file here would drop SQLite's locks. */
function filesOf(directory: string): Buffer {
  const names = readdirSync(directory).map((name) => join(directory, name));
  return execFileSync('cat', names, { maxBuffer: 64 * 1024 * 1024 });
}

function rowsOf(path: string): { sealed: string[]; wrapped: string[] } {
  const database = new DatabaseSync(path);
  const sealed = database.prepare('select sealed from secret').all();
  const wrapped = database.prepare('select wrapped_key from secret_key').all();
  database.close();
  return {
    sealed: sealed.map((row) => String(row['sealed'])),
    wrapped: wrapped.map((row) => String(row['wrapped_key'])),
  };
}

function accessToken(transferId: TransferId, value = canary) {
  return { transferId, kind: 'access-token', value, expiresAtMs } as const;
}

describe('the secret store', () => {
  test('opens what was put, with its expiry and fingerprint', async () => {
    const { secrets, transferId } = await store();
    const { secretId, fingerprint } = await secrets.put(accessToken(transferId));
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(await secrets.open(secretId)).toEqual({ value: canary, expiresAtMs, fingerprint });
    expect(await secrets.open(asSecretId('none'))).toBeUndefined();
  });

  test('keeps nothing in clear in any file of the ledger', async () => {
    const { secrets, transferId, directory } = await store();
    await secrets.put(accessToken(transferId));
    const bytes = filesOf(directory);
    expect(bytes.includes(Buffer.from('secret_key'))).toBe(true);
    for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
      expect(bytes.includes(Buffer.from(Buffer.from(canary).toString(encoding)))).toBe(false);
    }
  });

  test('leaves no byte of a destroyed secret or of its key in the files', async () => {
    const { secrets, transferId, directory, path } = await store();
    const { secretId } = await secrets.put(accessToken(transferId));
    const other = await secrets.put({ ...accessToken(transferId, 'other'), kind: 'refresh-token' });
    const before = rowsOf(path);
    expect([before.sealed.length, before.wrapped.length]).toEqual([2, 1]);
    for (const text of [...before.sealed, ...before.wrapped]) expect(filesOf(directory).includes(text)).toBe(true);

    await secrets.destroy(secretId);
    expect(await secrets.open(secretId)).toBeUndefined();
    expect((await secrets.open(other.secretId))?.value).toBe('other');
    await secrets.destroy(other.secretId);
    await secrets.destroy(other.secretId);

    expect(rowsOf(path)).toEqual({ sealed: [], wrapped: [] });
    const bytes = filesOf(directory);
    for (const text of [...before.sealed, ...before.wrapped]) {
      // The JWE header is the same for all; what follows it is the secret part.
      expect(bytes.includes(text.slice(text.indexOf('..') + 2))).toBe(false);
    }
  });

  test('leaves none of those that are destroyed close together, which share one truncation of the log', async () => {
    const { secrets, transferId, directory, path } = await store();
    const other = transferIdOf('b1', 3);
    const ids = await Promise.all([
      secrets.put(accessToken(transferId, 'one')),
      secrets.put(accessToken(transferId, 'two')),
      secrets.put(accessToken(other, 'three')),
    ]);
    const { sealed } = rowsOf(path);
    await Promise.all([...ids.map(({ secretId }) => secrets.destroy(secretId)), secrets.destroyAll(other)]);
    const bytes = filesOf(directory);
    for (const text of sealed) expect(bytes.includes(text.slice(text.indexOf('..') + 2))).toBe(false);
    expect(sealed).toHaveLength(3);
  });

  test('destroys all secrets of one transfer and none of another', async () => {
    const { secrets, transferId, path } = await store();
    const other = transferIdOf('b1', 3);
    await secrets.put(accessToken(transferId));
    await secrets.put({ ...accessToken(transferId), kind: 'authorization-code' });
    const kept = await secrets.put(accessToken(other, 'kept'));
    await secrets.destroyAll(transferId);
    expect((await secrets.open(kept.secretId))?.value).toBe('kept');
    expect(rowsOf(path)).toMatchObject({ sealed: [expect.any(String)], wrapped: [expect.any(String)] });
  });

  test('keeps a refresh token beyond the end of its transfer, found by member and counterpart once the record is stored', async () => {
    const { secrets, ledger, transferId, path } = await store();
    const of = { counterpartId, memberKey: 'member-2' };
    await secrets.put(accessToken(transferId));
    const refresh = await secrets.put({ ...accessToken(transferId, 'refresh'), kind: 'refresh-token' });
    await secrets.destroyAll(transferId, refresh.secretId);
    expect(rowsOf(path)).toMatchObject({ sealed: [expect.any(String)], wrapped: [expect.any(String)] });
    expect(await secrets.kept(of)).toEqual([]);
    await ledger.append(transferId, event({ kind: 'closed', state: 'stored' }));
    expect(await secrets.kept(of)).toMatchObject([{ secretId: refresh.secretId, transferId }]);
    expect(await secrets.kept({ ...of, memberKey: 'member-3' })).toEqual([]);
  });

  test('lets a kept secret go over to one other transfer, with its event or not at all', async () => {
    const { secrets, ledger, transferId } = await store();
    const { secretId } = await secrets.put({ ...accessToken(transferId), kind: 'refresh-token' });
    const [to, second] = [transferIdOf('b1', 3), transferId];
    const moves = await Promise.all([secrets.prepareMove(secretId, to), secrets.prepareMove(secretId, second)]);
    const outcomes = await Promise.allSettled(
      moves.map(async (moved, index) => {
        if (moved === undefined) throw new Error('nothing to move');
        const body = { kind: 'refresh-attempted', secretId: moved.secretId } as const;
        await ledger.append(index === 0 ? to : second, event(body, 'refresh'), { secrets: [moved] });
        return secrets.open(moved.secretId);
      }),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(SecretGone) as object,
    });
    expect(outcomes.find(({ status }) => status === 'fulfilled')).toMatchObject({ value: { value: canary } });
    expect(await secrets.open(secretId)).toBeUndefined();
    expect(await secrets.prepareMove(secretId, to)).toBeUndefined();
    const events = [...(await ledger.events(to)), ...(await ledger.events(second))];
    expect(events.filter(({ body }) => body.kind === 'refresh-attempted')).toHaveLength(1);
  });

  test('stores the secret of a deed only if the deed is committed', async () => {
    const { secrets, transferId, ledger, path } = await store();
    const deedId = asDeedId('d1');
    const prepared = secrets.prepare(accessToken(transferId));
    const { secretId, fingerprint } = prepared;
    const expiry = { expiresAt: new Date(expiresAtMs).toISOString(), expiryFrom: 'assumed' } as const;
    const deed = {
      deedId,
      transferId,
      signal: 'tokenReceived',
      payload: { deedId, secretId, expiresAtMs },
      actor: 'operator',
      event: event({ kind: 'token-received', deedId, secretId, fingerprint, ...expiry }, `deed/${deedId}`),
      secrets: [prepared],
    } as const;

    await ledger.deeds.commit({ ...deed, expectedStates: ['sending'] });
    expect(rowsOf(path).sealed).toEqual([]);
    await ledger.deeds.commit(deed);
    expect((await secrets.open(secretId))?.value).toBe(canary);
    await ledger.deeds.commit(deed);
    expect(rowsOf(path).sealed).toHaveLength(1);
  });

  test('refuses a secret that was moved, altered, or sealed under keys that are not ours', async () => {
    const { secrets, transferId, ledger, path } = await store();
    const first = await secrets.put(accessToken(transferId));
    const second = await secrets.put(accessToken(transferId, 'second'));
    const foreign = openSecretStore({ ledger, keys: newKeys() });
    await expect(foreign.open(first.secretId)).rejects.toMatchObject({ code: 'OBJECT_UNREADABLE' });

    const database = new DatabaseSync(path);
    const [moved] = rowsOf(path).sealed;
    database.prepare('update secret set sealed = ?').run(moved ?? '');
    const opened = await Promise.allSettled([secrets.open(first.secretId), secrets.open(second.secretId)]);
    expect(opened.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    database.exec(`update secret set sealed = substr(sealed, 1, length(sealed) - 3) || 'AAA'`);
    database.close();
    await expect(secrets.open(first.secretId)).rejects.toMatchObject({ code: 'OBJECT_UNREADABLE' });
  });

  test('still opens what was sealed before the ring was rotated', async () => {
    const { secrets, transferId, ledger, keys } = await store();
    const { secretId } = await secrets.put(accessToken(transferId));
    const fresh = newKeys();
    const rotated = openSecretStore({
      ledger,
      keys: {
        ...keys,
        sealingKeys: (purpose) => ({
          currentKeyId: 'k2',
          keys: new Map([...keys.sealingKeys(purpose).keys, ['k2', fresh.sealingKeys(purpose).keys.get('k1')!]]),
        }),
      },
    });
    expect((await rotated.open(secretId))?.value).toBe(canary);
    const later = await rotated.put(accessToken(transferIdOf('b1', 3)));
    expect((await rotated.open(later.secretId))?.value).toBe(canary);
  });
});
