import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CarryoverError } from '../../../schemas/failures.ts';
import type { BatchId } from '../../../schemas/ids.ts';
import type { DeliveryFileFacts } from '../delivery-file.ts';
import { manifestName } from '../delivery-manifest.ts';
import type { DeliveryTarget } from '../delivery-target.ts';
import { isWrittenElsewhere, openUnfinishedFolder } from '../unfinished-folder.ts';
import { folderName, s3Layout, type S3Layout } from './s3-layout.ts';
import { s3Url, type S3Place } from './s3-place.ts';
import type { S3Settings } from './s3-settings.ts';
import { openS3Store, type S3File, type S3Store } from './s3-store.ts';

export interface S3Target {
  readonly place: S3Place;
  readonly batchId: BatchId;
  readonly settings: S3Settings;
  /** A folder of this machine in which the files are put together, under a hidden name, before they go. */
  readonly spoolDir: string;
}

/** A longer manifest is none of ours. */
const mostManifestBytes = 8 * 1024 * 1024;

/**
 * Delivers to an S3 prefix: the files under names that follow from their content, then `manifest.json`, which names them, in one PUT.
 * Then what the manifest no longer names is removed. Who starts at the manifest sees one whole delivery. Throws DELIVERY_PREFIX_TAKEN
 * and the S3 codes of the catalogue.
 */
export function s3Target({ place, batchId, settings, spoolDir }: S3Target): DeliveryTarget {
  const layout = s3Layout(place);
  const spoolPlace = { parent: spoolDir, name: batchId };
  return {
    async begin() {
      const store = await openS3Store(place.bucket, settings, s3Url(place));
      try {
        await requireOurs(store, layout, { place, batchId });
        return await unfinished(store);
      } catch (error) {
        store.close();
        throw error;
      }
    },
  };

  async function unfinished(store: S3Store) {
    const spool = await openUnfinishedFolder(spoolPlace);
    let settled: ReadonlyMap<string, DeliveryFileFacts> = new Map();
    const fileOf = (name: string, key: string, facts: Pick<DeliveryFileFacts, 'bytes' | 'sha256'>): S3File => {
      const { bytes, sha256 } = facts;
      return { key, path: join(spool.path, name), bytes, sha256, contentType: contentTypeOf(name) };
    };
    const putFiles = async (folder: string): Promise<void> => {
      for (const [name, facts] of settled) {
        const file = fileOf(name, `${layout.begin}${folder}/${name}`, facts);
        if (!(await store.has(file))) await store.put(file);
      }
    };
    return {
      createFile: (name: string) => createWriteStream(join(spool.path, name), { flags: 'wx', mode: 0o600 }),
      settle(files: ReadonlyMap<string, DeliveryFileFacts>) {
        settled = files;
        return `${folderName(files)}/`;
      },
      async finish() {
        const folder = folderName(settled);
        await putFiles(folder);
        const bytes = await readFile(join(spool.path, manifestName));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        await store.put(fileOf(manifestName, layout.manifest, { bytes: bytes.length, sha256 }));
        // Another writer may have removed files that no manifest named yet.
        await putFiles(folder);
        // Of several writers at one moment, the last one removes what the others left.
        if (!(await isWrittenElsewhere(spoolPlace, spool))) await removeOthers(store, layout, folder);
      },
      async discard() {
        store.close();
        await spool.remove();
      },
    };
  }
}

/** Removes what other deliveries left here: the one that was replaced, and those of processes that died. */
async function removeOthers(store: S3Store, layout: S3Layout, kept: string): Promise<void> {
  const isOther = (key: string): boolean => ![undefined, kept].includes(layout.folderOf(key));
  for await (const key of store.keys(layout.begin)) if (isOther(key)) await store.remove(key);
  try {
    await store.abortUploads(layout.begin, (key) => layout.folderOf(key) !== undefined);
  } catch (error) {
    // Nobody can read what such an upload left, and not every store lists them: the delivery stands without it.
    if (!(error instanceof CarryoverError && ['S3_ACCESS_DENIED', 'S3_REFUSED'].includes(error.code))) throw error;
  }
}

interface Claim {
  readonly place: S3Place;
  readonly batchId: BatchId;
}

/** Nothing that somebody else put here is ever replaced: without a manifest of this batch there may be nothing but our own leftovers. */
async function requireOurs(store: S3Store, layout: S3Layout, { place, batchId }: Claim): Promise<void> {
  const text = await store.readStart(layout.manifest, mostManifestBytes);
  if (text !== undefined ? batchOf(text) === batchId : await holdsOnlyOurs(store, layout)) return;
  throw new CarryoverError('DELIVERY_PREFIX_TAKEN', '', { file: s3Url(place) });
}

async function holdsOnlyOurs(store: S3Store, layout: S3Layout): Promise<boolean> {
  for await (const key of store.keys(layout.begin))
    // Consoles make an empty object for a folder.
    if (key !== layout.begin && layout.folderOf(key) === undefined) return false;
  return true;
}

/** The batch that a manifest is of; undefined where it is none of ours. */
function batchOf(text: string): unknown {
  try {
    const { extension } = JSON.parse(text) as { readonly extension?: { readonly batchId?: unknown } };
    return extension?.batchId;
  } catch {
    return undefined;
  }
}

function contentTypeOf(name: string): string {
  if (name.endsWith('.gz')) return 'application/gzip';
  return name.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/json';
}
