import type { Writable } from 'node:stream';

import type { DeliveryFileFacts } from './delivery-file.ts';

/** Somewhere that deliveries go: a folder (folder-target.ts) or an S3 prefix (s3/s3-target.ts). */
export interface DeliveryTarget {
  /** Begins a delivery that nobody sees yet. */
  begin(): Promise<UnfinishedDelivery>;
}

/** A delivery while it is written. Either `finish` or `discard` ends it; a process that dies does what `discard` does, later. */
export interface UnfinishedDelivery {
  /** A new file; what was written is durable when the stream has finished. */
  createFile(name: string): Writable;
  /** Told what is in every file before the manifest is written; says how their URLs in it begin: with nothing, or with a folder and a slash. */
  settle(files: ReadonlyMap<string, DeliveryFileFacts>): string;
  /** Shows the whole delivery, in place of an earlier one. */
  finish(): Promise<void>;
  discard(): Promise<void>;
}
