import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { openKeyFile } from '../../../adapters/keys/key-file.ts';

async function keyPath(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'carryover-keys-'));
  onTestFinished(async () => await rm(directory, { recursive: true, force: true }));
  return join(directory, 'data', 'keys.json');
}

interface KeyFile {
  sealing: { current: string; keys: Record<string, string> };
  idKey: string;
}

async function rewrite(path: string, change: (file: KeyFile) => unknown): Promise<void> {
  const file = JSON.parse(await readFile(path, 'utf8')) as KeyFile;
  const changed = change(file) ?? file;
  await writeFile(path, typeof changed === 'string' ? changed : JSON.stringify(changed));
}

describe('the key file', () => {
  test('is made private on first use, and gives the same keys from then on', async () => {
    const path = await keyPath();
    const made = await openKeyFile(path, { create: true });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await openKeyFile(path, { create: true });
    expect(again.keyCheck).toBe(made.keyCheck);
    expect(again.sealingKeys('objects')).toEqual(made.sealingKeys('objects'));
    expect((await openKeyFile(path, { create: false })).keyedHash('a')).toBe(made.keyedHash('a'));
  });

  test('is one file when several processes make it at once', async () => {
    const path = await keyPath();
    const rings = await Promise.all(Array.from({ length: 8 }, async () => await openKeyFile(path, { create: true })));
    expect(new Set(rings.map(({ keyCheck }) => keyCheck)).size).toBe(1);
  });

  test('is never made where it is expected to be', async () => {
    const path = await keyPath();
    await expect(openKeyFile(path, { create: false })).rejects.toMatchObject({ code: 'KEY_FILE_MISSING' });
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each([0o640, 0o604, 0o660])('is refused with mode %o', async (mode) => {
    const path = await keyPath();
    await openKeyFile(path, { create: true });
    await chmod(path, mode);
    await expect(openKeyFile(path, { create: false })).rejects.toMatchObject({ code: 'KEY_FILE_UNSAFE' });
  });

  test.each<[string, (file: KeyFile) => unknown]>([
    ['is not JSON', () => 'keys!'],
    ['is a list', () => '[]'],
    ['lacks the id key', ({ sealing }) => ({ sealing })],
    ['lacks the ring', ({ idKey }) => ({ idKey })],
    ['names a current key that is not in the ring', (file) => void (file.sealing.current = 'k9')],
    ['holds a short key', (file) => void (file.sealing.keys['k1'] = randomBytes(16).toString('base64'))],
    ['holds a key id with other characters', (file) => void (file.sealing.keys['k 2'] = file.idKey)],
  ])('is invalid when it %s', async (_what, change) => {
    const path = await keyPath();
    await openKeyFile(path, { create: true });
    await rewrite(path, change);
    await expect(openKeyFile(path, { create: false })).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' });
  });

  test('may be rotated: a new current key, the old one kept, every derived id as before', async () => {
    const path = await keyPath();
    const before = await openKeyFile(path, { create: true });
    await rewrite(path, (file) => {
      file.sealing = { current: 'k2', keys: { ...file.sealing.keys, k2: randomBytes(32).toString('base64') } };
    });
    const after = await openKeyFile(path, { create: false });

    expect(after.currentKeyId).toBe('k2');
    expect(after.sealingKeys('temporal').keys.get('k1')).toEqual(before.sealingKeys('temporal').keys.get('k1'));
    const member = { previousMemberId: 'M-1', birthDate: '1980-01-02' };
    expect(after.memberKey(member)).toBe(before.memberKey(member));
    expect(after.keyCheck).toBe(before.keyCheck);
  });

  test('never says what it holds in a failure', async () => {
    const path = await keyPath();
    await openKeyFile(path, { create: true });
    await rewrite(path, () => '{"idKey": canary-key');
    const failure = await openKeyFile(path, { create: false }).catch((error: unknown) => error);
    expect(JSON.stringify([String(failure), failure])).not.toContain('canary');
  });
});
