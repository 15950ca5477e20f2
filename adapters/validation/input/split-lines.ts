/** A line that is not blank, without its end; `line` counts every line from 1. */
export type Line =
  | { readonly kind: 'text'; readonly line: number; readonly bytes: Uint8Array }
  | { readonly kind: 'too-long'; readonly line: number };

const newline = 0x0a;

/** Splits bytes into lines. A line longer than `longestBytes` is skipped and named; only one line is held at a time. */
export async function* splitLines(bytes: AsyncIterable<Uint8Array>, longestBytes: number): AsyncGenerator<Line> {
  let line = 1;
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (): Line | undefined => {
    const whole = length > longestBytes ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    length = 0;
    if (whole === undefined) return { kind: 'too-long', line };
    return isBlank(whole) ? undefined : { kind: 'text', line, bytes: whole };
  };
  const add = (part: Uint8Array): void => {
    length += part.length;
    if (length <= longestBytes) parts.push(part);
    else parts = [];
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      const found = take();
      if (found !== undefined) yield found;
      line += 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (length === 0) return;
  const last = take();
  if (last !== undefined) yield last;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
