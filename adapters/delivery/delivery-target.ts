import type { Writable } from 'node:stream';

/** Somewhere that deliveries go: a folder here; another place is another implementation of this. */
export interface DeliveryTarget {
  /** Begins a delivery that nobody sees yet. */
  begin(): Promise<UnfinishedDelivery>;
}

/** A delivery while it is written. Either `finish` or `discard` ends it; a process that dies does what `discard` does, later. */
export interface UnfinishedDelivery {
  /** A new file; what was written is durable when the stream has finished. */
  createFile(name: string): Writable;
  /** Shows the whole delivery, in place of an earlier one. */
  finish(): Promise<void>;
  discard(): Promise<void>;
}
