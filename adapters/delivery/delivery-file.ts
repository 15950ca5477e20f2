import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** What the manifest says of a file. */
export interface DeliveryFileFacts {
  readonly bytes: number;
  /** Of the file as it stands, hex. */
  readonly sha256: string;
  /** Of what is in it, uncompressed, hex: the same wherever and by whatever it was compressed. */
  readonly contentSha256: string;
  /** Lines written. */
  readonly count: number;
}

export interface DeliveryFile {
  /** Writes one line with its end and says its number, from 1; waits where the disk is slower. Rejects with what broke the file. */
  write(line: string): Promise<number>;
  close(): Promise<DeliveryFileFacts>;
  /** Lets go of a file that will not be ended. */
  abandon(): void;
}

/** Lines are handed on together: each by itself costs more than it is. */
const togetherCharacters = 64 * 1024;

/** Where the operating system stands in a gzip header (RFC 1952, 2.3), and the value for "unknown". */
const osByte = 9;
const osUnknown = 0xff;

/**
 * Writes lines into a file, compressed with gzip where asked: without time (Node writes none) and with a fixed operating system,
 * so that the same lines give the same bytes.
 */
export function openDeliveryFile(out: Writable, { gzip }: { readonly gzip: boolean }): DeliveryFile {
  const content = createHash('sha256');
  const file = createHash('sha256');
  let bytes = 0;
  let count = 0;
  let waiting = '';
  const entrance = gzip ? createGzip({ level: 6 }) : new PassThrough();

  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (gzip && bytes <= osByte && bytes + chunk.length > osByte) chunk[osByte - bytes] = osUnknown;
      file.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const done = pipeline(entrance, counted, out);
  // Said by the write or the close that comes next.
  done.catch(() => undefined);

  async function handOn(): Promise<void> {
    const lines = waiting;
    waiting = '';
    content.update(lines);
    if (entrance.destroyed) await done;
    if (!entrance.write(lines)) await Promise.race([once(entrance, 'drain'), done]);
  }

  return {
    async write(line) {
      waiting += line;
      count += 1;
      const number = count;
      if (waiting.length >= togetherCharacters) await handOn();
      return number;
    },
    async close() {
      if (waiting !== '') await handOn();
      entrance.end();
      await done;
      return { bytes, sha256: file.digest('hex'), contentSha256: content.digest('hex'), count };
    },
    abandon: () => void entrance.destroy(),
  };
}
