import { join, resolve } from 'node:path';

import type { BatchId } from '../../schemas/ids.ts';
import type { DeliveryTarget } from './delivery-target.ts';
import { folderTarget } from './folder-target.ts';
import { isS3Url, parseS3Url, s3Url } from './s3/s3-place.ts';
import { s3SettingsOf, type S3Settings } from './s3/s3-settings.ts';
import { openS3Store } from './s3/s3-store.ts';
import { s3Target } from './s3/s3-target.ts';

/** Where an installation's deliveries go: a folder, or an S3 prefix with the settings for it. */
export type DeliveryPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 's3'; readonly url: string; readonly settings: S3Settings };

/** Reads a folder, or `s3://bucket/prefix`, as people give it. Throws USAGE. */
export function deliveryPlace(given: string, env: NodeJS.ProcessEnv): DeliveryPlace {
  if (!isS3Url(given)) return { kind: 'folder', folder: resolve(given) };
  return { kind: 's3', url: s3Url(parseS3Url(given)), settings: s3SettingsOf(env) };
}

/** `--deliver-to`, else CARRYOVER_DELIVER_TO, else the folder of the data directory. Throws USAGE. */
export function placeOfDeliveries(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  deliveriesDir: string,
): DeliveryPlace {
  return deliveryPlace(given ?? env['CARRYOVER_DELIVER_TO'] ?? deliveriesDir, env);
}

/** The place of one batch below that of many. */
export function placeOfBatch(place: DeliveryPlace, batchId: BatchId): DeliveryPlace {
  if (place.kind === 'folder') return { ...place, folder: join(place.folder, batchId) };
  return { ...place, url: `${place.url}/${batchId}` };
}

/** The folder or URL, as people name it. */
export function placeName(place: DeliveryPlace): string {
  return place.kind === 'folder' ? place.folder : place.url;
}

/** Opens a place for the delivery of a batch. `spoolDir`: where a delivery to S3 is put together first. */
export function deliveryTarget(
  place: DeliveryPlace,
  of: { readonly batchId: BatchId; readonly spoolDir: string },
): DeliveryTarget {
  if (place.kind === 'folder') return folderTarget(place.folder);
  return s3Target({ ...of, place: parseS3Url(place.url), settings: place.settings });
}

/** Asks an S3 place for its first key; a folder is made by the first delivery. Throws the S3 codes of the catalogue. */
export async function requireReachable(place: DeliveryPlace): Promise<void> {
  if (place.kind === 'folder') return;
  const { bucket, prefix } = parseS3Url(place.url);
  const store = await openS3Store(bucket, place.settings, place.url);
  try {
    await store.keys(prefix).next();
  } finally {
    store.close();
  }
}
