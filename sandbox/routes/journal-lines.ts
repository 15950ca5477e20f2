import type { Journal } from '../journal.ts';

const RECORDS_PER_CHUNK = 200;

/** The journal as JSON lines, read piece by piece: its size does not matter. */
export function journalLines(
  journal: Journal,
  filter: { readonly previousMemberId?: string; readonly afterSeq: number },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let afterSeq = filter.afterSeq;
  return new ReadableStream({
    pull(controller) {
      const records = journal.read({ ...filter, afterSeq, limit: RECORDS_PER_CHUNK });
      const last = records.at(-1);
      if (last === undefined) return controller.close();
      afterSeq = last.seq;
      controller.enqueue(encoder.encode(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
    },
  });
}
