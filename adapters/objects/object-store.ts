import type { ObjectKey } from '../../schemas/ids.ts';

/** What is known of an object without opening it. */
export interface StoredObject {
  readonly key: ObjectKey;
  /** Bytes on disk, after compression and sealing. */
  readonly sealedBytes: number;
  /** Keyed hash of the content, 64 hex digits. */
  readonly contentHash: string;
}

/** Where the product keeps its files: rosters, records, plans, answers. Everything is compressed, then sealed. */
export interface ObjectStore {
  /**
   * Keeps a content under a key, once: the same content again is harmless, other content is refused (LEDGER_CONFLICT)
   * unless `replace` is set.
   */
  put(key: ObjectKey, bytes: Uint8Array, options?: { readonly replace?: boolean }): Promise<StoredObject>;
  /** Throws OBJECT_MISSING; OBJECT_UNREADABLE where it was altered, moved to another key or sealed with a key that we do not have. */
  get(key: ObjectKey): Promise<Buffer>;
  has(key: ObjectKey): Promise<boolean>;
  /** Bytes on disk; undefined where there is none. */
  sealedBytesOf(key: ObjectKey): Promise<number | undefined>;
  /** Removes an object; one that is not there is removed already. */
  delete(key: ObjectKey): Promise<void>;
  /** Removes every object below a folder such as `answer/<transfer>`, and what a writer that died left unfinished there. */
  deleteFolder(folder: string): Promise<void>;
  /** Removes what writers that died before this time (milliseconds since 1970) left unfinished; how many files. `dryRun`: only counts. */
  removeUnfinished(beforeMs: number, options?: { readonly dryRun?: boolean }): Promise<number>;
  /** The keys that begin with a prefix, sorted. Only the folder that the prefix names is read. */
  list(prefix: string): Promise<readonly ObjectKey[]>;
}
