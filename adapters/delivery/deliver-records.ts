import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';

import { asObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { ObjectStore } from '../objects/object-store.ts';

export interface DeliverRecords {
  readonly directory: string;
  /** ISO 8601; the time of the launch, so that the same input gives the same bytes. */
  readonly transactionTime: string;
  readonly transferIds: readonly TransferId[];
  readonly objects: ObjectStore;
  onMember(count: number): void;
}

interface TypeFile {
  readonly gzip: Gzip;
  readonly hash: ReturnType<typeof createHash>;
  readonly done: Promise<void>;
  count: number;
}

/**
 * Writes the records of a batch as `<Type>.ndjson.gz` with a manifest in the form of FHIR Bulk Data, into a directory that
 * appears only when it is complete. Sorted by type, member and id; one member is in memory at a time.
 */
export async function deliverRecords(delivery: DeliverRecords): Promise<number> {
  const partial = `${delivery.directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const files = new Map<string, TypeFile>();

  let members = 0;
  for (const transferId of delivery.transferIds.toSorted()) {
    for (const line of await recordLines(delivery.objects, transferId)) {
      const type = (JSON.parse(line) as { resourceType: string }).resourceType;
      const file = files.get(type) ?? openTypeFile(partial, type);
      files.set(type, file);
      file.count += 1;
      if (!file.gzip.write(`${line}\n`)) await once(file.gzip, 'drain');
    }
    delivery.onMember((members += 1));
  }
  await Promise.all([...files.values()].map(({ gzip, done }) => (gzip.end(), done)));
  await writeManifest(partial, delivery.transactionTime, files);
  await rm(delivery.directory, { recursive: true, force: true });
  await rename(partial, delivery.directory);
  return [...files.values()].reduce((sum, { count }) => sum + count, 0);
}

async function recordLines(objects: ObjectStore, transferId: TransferId): Promise<readonly string[]> {
  const ndjson = (await objects.get(asObjectKey(`record/${transferId}`))).toString();
  return ndjson.split('\n').filter((line) => line !== '');
}

function openTypeFile(directory: string, type: string): TypeFile {
  const gzip = createGzip();
  const hash = createHash('sha256');
  const out = createWriteStream(join(directory, `${type}.ndjson.gz`), { mode: 0o600 });
  gzip.on('data', (chunk: Buffer) => hash.update(chunk));
  gzip.pipe(out);
  return { gzip, hash, done: finished(out), count: 0 };
}

async function writeManifest(directory: string, transactionTime: string, files: Map<string, TypeFile>): Promise<void> {
  const output = [...files.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, { count, hash }]) => ({ type, url: `${type}.ndjson.gz`, count, sha256: hash.digest('hex') }));
  const manifest = { transactionTime, requiresAccessToken: false, output, error: [], deleted: [] };
  await writeFile(join(directory, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
}
