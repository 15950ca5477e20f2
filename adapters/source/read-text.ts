import { readFile, stat } from 'node:fs/promises';
import { promisify, TextDecoder } from 'node:util';
import { gunzip } from 'node:zlib';

import { CarryoverError } from '../../schemas/failures.ts';

/** Bytes, unpacked: more than any one member's record; a small gzip file can hide a huge one. */
const largestFile = 256 * 1024 * 1024;

const unpack = promisify(gunzip);

/** The text of one file of a member's record: gunzipped where its first bytes say so, UTF-8. Error: SOURCE_INVALID, with `where`. */
export async function readText(path: string, where: string): Promise<string> {
  try {
    if ((await stat(path)).size > largestFile) throw new RangeError('too large');
    const bytes = await readFile(path);
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const content = packed ? await unpack(bytes, { maxOutputLength: largestFile }) : bytes;
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new CarryoverError('SOURCE_INVALID', `${where} ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8';
  if (code === 'Z_BUF_ERROR') return 'is compressed and ends too early';
  if (code.startsWith('Z_')) return 'is compressed and damaged';
  if (error instanceof RangeError) return 'is too large';
  return 'cannot be read';
}
