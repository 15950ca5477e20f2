import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { parse } from 'csv-parse/sync';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';

interface Entry {
  readonly url: string;
  readonly [key: string]: unknown;
}

interface Manifest {
  readonly output: readonly Entry[];
  readonly extension: { readonly complete: boolean; readonly rows: object };
}

/** Ids of a transfer and times differ between two batches over the same roster; nothing else of a delivery may. */
const timeColumns = new Set(['recorded_at', 'authorized_at', 'stored_at', 'ended_at']);

/**
 * A delivery as two batches over the same roster can be compared by: resource files by their bytes, with what the manifest says of
 * them; the others as text, with lines of the roster in the place of transfer ids and without times.
 */
export async function comparableDelivery(
  folder: string,
  transfers: readonly Transfer[],
): Promise<Readonly<Record<string, unknown>>> {
  const lineOf = new Map(transfers.map(({ transferId, line }) => [String(transferId), `line ${line}`]));
  const withoutIds = (text: string): string => text.replaceAll(/\b[0-9a-f]{40}\b/g, (id) => lineOf.get(id) ?? id);
  const read = (name: string): Promise<Buffer> => readFile(join(folder, name));
  const manifest = JSON.parse((await read('manifest.json')).toString()) as Manifest;
  const files: Record<string, unknown> = {
    names: (await readdir(folder)).toSorted(),
    output: manifest.output,
    complete: manifest.extension.complete,
    rows: manifest.extension.rows,
    members: withoutTimes(withoutIds((await read('members.csv')).toString())),
  };
  for (const { url } of manifest.output)
    files[url] = createHash('sha256')
      .update(await read(url))
      .digest('hex');
  for (const name of ['attribution.ndjson.gz', 'outcomes.ndjson.gz'])
    files[name] = withoutIds(gunzipSync(await read(name)).toString());
  return files;
}

function withoutTimes(csv: string): readonly Readonly<Record<string, string>>[] {
  const rows = parse(csv, { columns: true }) as readonly Readonly<Record<string, string>>[];
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !timeColumns.has(column))));
}
