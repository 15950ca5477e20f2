import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** A planted text that must not be found in clear, in whatever way it is written. */
export interface Canary {
  readonly name: string;
  readonly text: string;
}

/** Every way in which a text may stand in a file: as it is, base64 at every alignment, URL-encoded, JSON-escaped, hex, UTF-16. */
export function disguises(text: string): Readonly<Record<string, Buffer>> {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const percent = hex.replaceAll(/../g, (digits) => `%${digits.toUpperCase()}`);
  const escaped = Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
  const base64 = [0, 1, 2].map((shift) => {
    // The characters at both ends depend on the neighbours; the ones between them do not.
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return {
    plain: bytes,
    percent: Buffer.from(percent),
    uri: Buffer.from(encodeURIComponent(text)),
    escaped: Buffer.from(escaped),
    hex: Buffer.from(hex),
    utf16: Buffer.from(text, 'utf16le'),
    base64a: Buffer.from(base64[0] ?? ''),
    base64b: Buffer.from(base64[1] ?? ''),
    base64c: Buffer.from(base64[2] ?? ''),
    base64url: Buffer.from(bytes.toString('base64url').slice(0, -1)),
  };
}

/** Where the canaries stand in these bytes, compressed streams inside them included: `name (disguise)`. */
export function findCanaries(content: Buffer, canaries: readonly Canary[]): readonly string[] {
  const found = new Set<string>();
  for (const bytes of [content, ...decompressed(content)]) {
    for (const { name, text } of canaries) {
      for (const [disguise, needle] of Object.entries(disguises(text)))
        if (bytes.includes(needle)) found.add(`${name} (${disguise}${bytes === content ? '' : ', compressed'})`);
    }
  }
  return [...found];
}

const unzip = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 50_000_000 };
const streams: readonly (readonly [Buffer, (bytes: Buffer) => Buffer])[] = [
  [Buffer.from([0x1f, 0x8b, 0x08]), (bytes) => gunzipSync(bytes, unzip)],
  [Buffer.from([0x78, 0x01]), (bytes) => inflateSync(bytes, unzip)],
  [Buffer.from([0x78, 0x9c]), (bytes) => inflateSync(bytes, unzip)],
  [Buffer.from([0x78, 0xda]), (bytes) => inflateSync(bytes, unzip)],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), (bytes) => zstdDecompressSync(bytes, { maxOutputLength: 50_000_000 })],
];

function decompressed(content: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (const [magic, open] of streams) {
    for (let at = content.indexOf(magic); at !== -1; at = content.indexOf(magic, at + 1)) {
      try {
        found.push(open(content.subarray(at, at + 10_000_000)));
      } catch {
        // Bytes that only look like the beginning of a stream.
      }
    }
  }
  return found;
}

/** Scans a file, or every file below a folder; names the places in which something was found. */
export function scanFiles(path: string, canaries: readonly Canary[]): readonly string[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
    : [path];
  return files
    .filter((file) => statSync(file).isFile())
    .flatMap((file) => findCanaries(readFileSync(file), canaries).map((found) => `${file}: ${found}`));
}

/** The arguments and the environment's view of every process that is running now. */
export function processArguments(): Buffer {
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`);
      } catch {
        return Buffer.alloc(0);
      }
    });
  return Buffer.concat(commands.map((command) => Buffer.concat([command, Buffer.from('\n')])));
}
