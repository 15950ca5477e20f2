import { createHash } from 'node:crypto';

import type { DeliveryFileFacts } from '../delivery-file.ts';
import { manifestName } from '../delivery-manifest.ts';
import type { S3Place } from './s3-place.ts';

/** The keys of a delivery: `<prefix>/manifest.json`, and beside it `<prefix>/delivery-<hash>/<file>`. */
export interface S3Layout {
  /** How every key begins: with the prefix and a slash, or with nothing. */
  readonly begin: string;
  readonly manifest: string;
  /** The folder that a key is in, where it is one of ours: `delivery-<hash>`. */
  folderOf(key: string): string | undefined;
}

const ours = /^(?<folder>delivery-[\da-f]{32})\/[^/]+$/;

export function s3Layout({ prefix }: S3Place): S3Layout {
  const begin = prefix === '' ? '' : `${prefix}/`;
  return {
    begin,
    manifest: `${begin}${manifestName}`,
    folderOf: (key) => ours.exec(key.slice(begin.length))?.groups?.['folder'],
  };
}

/** Named by what is in the files: the same delivery has the same keys, so that writing it once more changes nothing. */
export function folderName(files: ReadonlyMap<string, DeliveryFileFacts>): string {
  const sums = [...files].map(([name, { sha256 }]) => `${name} ${sha256}\n`).toSorted();
  return `delivery-${createHash('sha256').update(sums.join('')).digest('hex').slice(0, 32)}`;
}
