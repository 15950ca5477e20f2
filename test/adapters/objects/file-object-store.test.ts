import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';

import { openFileObjectStore } from '../../../adapters/objects/file-object-store.ts';
import { asObjectKey } from '../../../schemas/ids.ts';
import { newKeys } from '../ledger/temporary-ledger.ts';

const key = asObjectKey('plan/t1');
const canary = Buffer.from('{"family":"Canaryname-51c7"}');

async function store() {
  const root = await mkdtemp(join(tmpdir(), 'carryover-objects-'));
  onTestFinished(async () => await rm(root, { recursive: true, force: true }));
  const directory = join(root, 'objects');
  const keys = newKeys();
  return { objects: openFileObjectStore({ directory, keys }), directory, keys };
}

describe('sealed objects as files', () => {
  test('come back byte for byte, whatever they hold', async () => {
    const { objects } = await store();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
        await objects.put(key, bytes, { replace: true });
        expect(Buffer.from(bytes).equals(await objects.get(key))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('are compressed and say nothing in clear, neither in the file nor in its hash', async () => {
    const { objects, directory, keys } = await store();
    const megabytes = Buffer.concat(Array.from({ length: 100_000 }, () => canary));
    const put = await objects.put(key, megabytes);
    const file = await readFile(join(directory, 'plan', 't1'));
    expect(put).toEqual({ key, sealedBytes: file.length, contentHash: keys.contentHash(megabytes) });
    expect(put.contentHash).not.toBe(newKeys().contentHash(megabytes));
    expect(file.length).toBeLessThan(megabytes.length / 100);
    expect(file.includes('Canaryname')).toBe(false);
    expect((await objects.get(key)).equals(megabytes)).toBe(true);
  });

  test('can be read by nobody else', async () => {
    const { objects, directory } = await store();
    await objects.put(asObjectKey('answer/t1/bundle-1'), canary);
    const modeOf = async (...names: string[]) => (await stat(join(directory, ...names))).mode & 0o777;
    expect(await modeOf('answer', 't1', 'bundle-1')).toBe(0o600);
    expect([await modeOf(), await modeOf('answer'), await modeOf('answer', 't1')]).toEqual([0o700, 0o700, 0o700]);
    expect(await readdir(join(directory, 'answer', 't1'))).toEqual(['bundle-1']);
  });

  test('are written once: the same content again is harmless, other content is refused unless told', async () => {
    const { objects } = await store();
    const first = await objects.put(key, canary);
    expect(await objects.put(key, canary)).toEqual(first);
    await expect(objects.put(key, Buffer.from('other'))).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    expect((await objects.get(key)).equals(canary)).toBe(true);
    await objects.put(key, Buffer.from('other'), { replace: true });
    expect((await objects.get(key)).toString()).toBe('other');
  });

  test('of many writers at one key keep one content and refuse the others', async () => {
    const { objects } = await store();
    const writers = Array.from({ length: 8 }, async (_, writer) => await objects.put(key, Buffer.from(`w${writer}`)));
    const written = (await Promise.allSettled(writers)).filter(({ status }) => status === 'fulfilled');
    expect(written).toHaveLength(1);
    expect((await objects.get(key)).toString()).toMatch(/^w\d$/);
  });

  test('that were altered, cut off or moved to another key are refused', async () => {
    const { objects, directory } = await store();
    await objects.put(key, canary);
    const path = join(directory, 'plan', 't1');
    const whole = await readFile(path);
    const unreadable = { code: 'OBJECT_UNREADABLE' };
    for (let place = 0; place < whole.length; place += 1) {
      const altered = Buffer.from(whole);
      altered[place] = (altered[place] ?? 0) ^ 1;
      await writeFile(path, altered);
      await expect(objects.get(key)).rejects.toMatchObject(unreadable);
    }
    for (const length of [0, 4, 20, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length));
      await expect(objects.get(key)).rejects.toMatchObject(unreadable);
    }
    await writeFile(path, whole);
    expect((await objects.get(key)).equals(canary)).toBe(true);
    await rename(path, join(directory, 'plan', 't2'));
    await expect(objects.get(asObjectKey('plan/t2'))).rejects.toMatchObject(unreadable);
    await expect(objects.get(key)).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  });

  test('open with the keys that they were sealed with, and with no others', async () => {
    const { objects, directory } = await store();
    await objects.put(key, canary);
    const foreign = openFileObjectStore({ directory, keys: newKeys() });
    await expect(foreign.get(key)).rejects.toMatchObject({ code: 'OBJECT_UNREADABLE' });
  });

  test.each(['../escape', 'a/../../b', '/etc/passwd', 'a//b', '', '.hidden', 'a/.b', 'a\\..\\b', 'a\0b', 'a/'])(
    'cannot have the key %j',
    async (bad) => {
      const { objects, directory } = await store();
      await mkdir(directory, { recursive: true });
      await writeFile(join(dirname(directory), 'escape'), 'outside');
      const escape = asObjectKey(bad);
      await expect(objects.put(escape, canary)).rejects.toThrow('not allowed');
      await expect(objects.get(escape)).rejects.toThrow('not allowed');
      await expect(objects.delete(escape)).rejects.toThrow('not allowed');
      expect(await readFile(join(dirname(directory), 'escape'), 'utf8')).toBe('outside');
    },
  );

  test('are listed by prefix and are gone when deleted; unfinished files do not count', async () => {
    const { objects, directory } = await store();
    expect(await objects.list('')).toEqual([]);
    for (const name of ['plan/t2', 'plan/t1', 'answer/t1/b-1']) await objects.put(asObjectKey(name), canary);
    await writeFile(join(directory, 'plan', '.unfinished-t3-x'), 'half');
    expect(await objects.list('plan/')).toEqual(['plan/t1', 'plan/t2']);
    expect(await objects.list('')).toEqual(['answer/t1/b-1', 'plan/t1', 'plan/t2']);
    await objects.delete(key);
    await objects.delete(key);
    expect([await objects.has(key), await objects.has(asObjectKey('plan/t2'))]).toEqual([false, true]);
  });

  test('are listed from the folder of the prefix, measured, and gone with their folder', async () => {
    const { objects, directory } = await store();
    const keys = ['answer/t1/b-1', 'answer/t1/b-2', 'answer/t10/b-1'].map(asObjectKey);
    const put = [];
    for (const one of keys) put.push(await objects.put(one, canary));
    expect(await objects.list('answer/t1/')).toEqual(keys.slice(0, 2));
    expect(await objects.list('answer/t2/')).toEqual([]);
    expect(await objects.sealedBytesOf(asObjectKey('answer/t1/b-1'))).toBe(put[0]?.sealedBytes);
    expect(await objects.sealedBytesOf(asObjectKey('answer/t1/b-9'))).toBeUndefined();
    await writeFile(join(directory, 'answer', 't1', '.unfinished-b-3-x'), 'half');
    await objects.deleteFolder('answer/t1');
    await objects.deleteFolder('answer/t1');
    expect(await readdir(join(directory, 'answer'))).toEqual(['t10']);
    expect(await objects.list('')).toEqual(['answer/t10/b-1']);
    await expect(objects.deleteFolder('../escape')).rejects.toThrow('not allowed');
  });
});
