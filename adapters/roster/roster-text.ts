import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';

import { CarryoverError } from '../../schemas/failures.ts';

/** Where a roster comes from: a file, or a stream such as standard input. */
export type RosterInput = { readonly path: string } | { readonly stream: AsyncIterable<Uint8Array> };

/**
 * The text of a roster, piece by piece: gunzipped where its first bytes say so, decoded as UTF-8 without a byte order mark.
 * Errors: ROSTER_UNREADABLE, ROSTER_TRUNCATED, ROSTER_ENCODING.
 */
export async function* rosterText(input: RosterInput): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const bytes of await unpacked(await bytesOf(input))) yield decode(decoder, bytes);
  const rest = decode(decoder);
  if (rest !== '') yield rest;
}

async function bytesOf(input: RosterInput): Promise<AsyncIterable<Uint8Array>> {
  if ('stream' in input) return input.stream;
  const { path } = input;
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(error);
  });
  if (found.isDirectory()) throw new CarryoverError('ROSTER_UNREADABLE', 'The path is a directory.');
  return createReadStream(path);
}

/** Reads up to the two magic bytes of gzip (RFC 1952), then goes on from the first byte. */
async function unpacked(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = readable(source)[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let next = await iterator.next();
  while (next.done !== true) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= 2) break;
    next = await iterator.next();
  }
  const whole = headFirst(head, iterator);
  return head[0] === 0x1f && head[1] === 0x8b ? gunzipped(whole) : whole;
}

async function* readable(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw unreadable(error);
  }
}

async function* headFirst(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  pipeline(Readable.from(source), gunzip, () => {
    // The error, if any, comes out of the loop below.
  });
  try {
    for await (const bytes of gunzip) yield bytes as Uint8Array;
  } catch (error) {
    if (error instanceof CarryoverError) throw error;
    const truncated = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
    throw new CarryoverError('ROSTER_TRUNCATED', truncated ? '' : 'Its compressed data is damaged.');
  }
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    const text = bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    // UTF-16 without a byte order mark passes for UTF-8 full of zeros.
    if (text.includes('\0')) throw new TypeError('zero byte');
    return text;
  } catch {
    throw new CarryoverError('ROSTER_ENCODING');
  }
}

function unreadable(error: unknown): CarryoverError {
  if (error instanceof CarryoverError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new CarryoverError('ROSTER_UNREADABLE', reasons[code] ?? '');
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EACCES: 'Reading it is not permitted.',
  EISDIR: 'The path is a directory.',
};
