import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

import { CarryoverError } from '../../schemas/failures.ts';
import { writeNewFile } from '../objects/atomic-file.ts';
import { type KeyMaterial, type KeyRing, keyRingOf } from './key-ring.ts';

const keyBytes = 32;

/** The key file: JSON, mode 0600. `sealing` may be rotated by adding a key and naming it; `idKey` is never changed. */
interface KeyFile {
  readonly sealing: { readonly current: string; readonly keys: Readonly<Record<string, string>> };
  readonly idKey: string;
}

/**
 * Opens the key file of a data directory. With `create` it is made when it is missing, which is right only for a data directory
 * with no ledger in it. Two processes that create it at once get the same keys.
 * Throws KEY_FILE_MISSING, KEY_FILE_UNSAFE (others may read it) or KEY_FILE_INVALID.
 */
export async function openKeyFile(path: string, options: { readonly create: boolean }): Promise<KeyRing> {
  if (options.create) await createKeyFile(path);
  await requirePrivate(path);
  return keyRingOf(parseKeyFile(await readFile(path, 'utf8')));
}

/** Writes a new key file, or leaves the one that is there. */
async function createKeyFile(path: string): Promise<void> {
  const file: KeyFile = {
    sealing: { current: 'k1', keys: { k1: randomBytes(keyBytes).toString('base64') } },
    idKey: randomBytes(keyBytes).toString('base64'),
  };
  await writeNewFile(path, Buffer.from(`${JSON.stringify(file, undefined, 2)}\n`));
}

async function requirePrivate(path: string): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) throw new CarryoverError('KEY_FILE_MISSING');
  if (!status.isFile()) throw new CarryoverError('KEY_FILE_INVALID', 'It is not a file.');
  // Windows has no such mode bits; there the profile directory of the user is the guard.
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) throw new CarryoverError('KEY_FILE_UNSAFE');
}

function parseKeyFile(text: string): KeyMaterial {
  const file = parseJson(text);
  const sealing = field(file, 'sealing');
  const currentKeyId = field(sealing, 'current');
  const keys = new Map(
    Object.entries(record(field(sealing, 'keys'))).map(([id, key]) => [checkKeyId(id), decode(key)]),
  );
  if (typeof currentKeyId !== 'string' || !keys.has(currentKeyId)) throw invalid('The current key is not in the ring.');
  return { currentKeyId, keys, idKey: decode(field(file, 'idKey')) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid('It is not JSON.');
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('A part is missing.');
  return value as Readonly<Record<string, unknown>>;
}

function field(value: unknown, name: string): unknown {
  return record(value)[name];
}

function checkKeyId(keyId: string): string {
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(keyId))
    throw invalid('A key id holds other characters than letters, digits, - and _.');
  return keyId;
}

function decode(value: unknown): Buffer {
  const key = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0);
  if (key.length !== keyBytes) throw invalid(`A key is not ${keyBytes} bytes of base64.`);
  return key;
}

function invalid(detail: string): CarryoverError {
  return new CarryoverError('KEY_FILE_INVALID', detail);
}
