import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import type { Input } from './find-inputs.ts';
import { splitLines, type Line } from './split-lines.ts';

/** A text that should be one resource, as bytes; or the reason why a file, or the rest of it, cannot be read. */
export type Unit =
  | { readonly kind: 'text'; readonly file: string; readonly line: number; readonly bytes: Uint8Array }
  | { readonly kind: 'unreadable'; readonly file: string; readonly line: number | null; readonly why: UnreadableWhy };

export type UnreadableWhy = 'missing' | 'not-readable' | 'broken-gzip' | 'too-long' | 'empty';

/** Longer texts are not held in memory: no resource is meant to be that long. */
const longestBytes = 256 * 1024 * 1024;

export interface ReadUnits {
  readonly standardInput: Readable;
  /** Told as bytes are read, before they are unpacked. */
  readonly onBytes: (bytes: number) => void;
}

/** Reads the texts of an input, one at a time. Never throws for what is in a file or becomes of it: that is a unit, too. */
export async function* readUnits(input: Input, { standardInput, onBytes }: ReadUnits): AsyncGenerator<Unit> {
  const { file } = input;
  const source = input.kind === 'file' ? createReadStream(file) : standardInput;
  source.on('data', (chunk: Buffer | string) => onBytes(chunk.length));
  const bytes = input.gzip ? unpacked(source) : source;
  let line = 0;
  try {
    for await (const found of textsOf(bytes, input)) {
      ({ line } = found);
      if (found.kind === 'too-long') yield { kind: 'unreadable', file, line, why: 'too-long' };
      else yield { kind: 'text', file, line, bytes: found.bytes };
    }
    if (line === 0) yield { kind: 'unreadable', file, line: null, why: 'empty' };
  } catch (error) {
    yield { kind: 'unreadable', file, line: line === 0 ? null : line + 1, why: whyOf(error, input.gzip) };
  } finally {
    source.destroy();
  }
}

function unpacked(source: Readable): Readable {
  const gunzip = createGunzip();
  // The generator reads to the end of the unpacked stream only; what breaks before it must break that one, too.
  source.on('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

async function* textsOf(bytes: AsyncIterable<Uint8Array>, { form }: Input): AsyncGenerator<Line> {
  if (form === 'lines') return yield* splitLines(bytes, longestBytes);
  if (form === 'document') return yield* wholeText(bytes);
  yield* byContent(bytes);
}

/** A document of many lines is one text; where the first line is a resource of its own, every line is. */
async function* byContent(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const held: Line[] = [];
  let lines: boolean | undefined;
  for await (const line of splitLines(bytes, longestBytes)) {
    lines ??= line.kind === 'text' && isObject(line.bytes);
    if (lines) yield line;
    else held.push(line);
  }
  const texts = held.flatMap((line) => (line.kind === 'text' ? [line.bytes] : []));
  if (texts.length < held.length) yield { kind: 'too-long', line: 1 };
  else if (texts.length > 0) yield { kind: 'text', line: 1, bytes: joined(texts) };
}

function isObject(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

async function* wholeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length <= longestBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > longestBytes) yield { kind: 'too-long', line: 1 };
  else if (length > 0) yield { kind: 'text', line: 1, bytes: Buffer.concat(chunks) };
}

function joined(texts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(texts.flatMap((text) => [text, Buffer.from('\n')]));
}

function whyOf(error: unknown, gzip: boolean): UnreadableWhy {
  const { code = '' } = error as { readonly code?: string };
  if (code === 'ENOENT') return 'missing';
  return gzip && (code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE') ? 'broken-gzip' : 'not-readable';
}
