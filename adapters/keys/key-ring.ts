import { derivedIds, type DerivedIds } from './derived-ids.ts';
import { type HashPart, hmacKey, hmacOfParts, subkey } from './keyed-hash.ts';

/** What a sealing key is for. Each purpose has keys of its own, derived from the ring. */
export type SealingPurpose = 'temporal' | 'objects' | 'secrets';

/** Keys to seal with: the current one; and the older ones, to open what was sealed before a rotation. 32 bytes each. */
export interface SealingKeys {
  readonly currentKeyId: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** What a key file holds, decoded. */
export interface KeyMaterial extends SealingKeys {
  readonly idKey: Buffer;
}

/** Every key of a data directory. `currentKeyId` and `keys` are the ring as it stands in the file: seal with `sealingKeys(purpose)`. */
export interface KeyRing extends SealingKeys, DerivedIds {
  sealingKeys(purpose: SealingPurpose): SealingKeys;
  /** HMAC-SHA256 over length-prefixed parts, 64 hex digits: a hash over PHI that nobody can guess the content of without the key. */
  readonly keyedHash: (...parts: readonly HashPart[]) => string;
  /** Keyed hash of a whole content, 64 hex digits. */
  contentHash(bytes: Uint8Array): string;
  /** Tells secrets apart without telling them: 16 hex digits. */
  fingerprint(secret: string): string;
  /** What the ledger keeps to know its own key file by. */
  readonly keyCheck: string;
  /** Tells installations apart that share a Temporal: 12 hex digits, the same as long as the key file is. */
  readonly installationId: string;
}

/** Builds the key ring from the keys of a key file. */
export function keyRingOf(material: KeyMaterial): KeyRing {
  const contentKey = hmacKey(material.idKey, 'content');
  const secretKey = hmacKey(material.idKey, 'fingerprint');
  return {
    currentKeyId: material.currentKeyId,
    keys: material.keys,
    ...derivedIds(hmacKey(material.idKey, 'ids')),
    sealingKeys: (purpose) => ({
      currentKeyId: material.currentKeyId,
      keys: new Map([...material.keys].map(([keyId, key]) => [keyId, subkey(key, purpose)])),
    }),
    keyedHash: (...parts) => hmacOfParts(contentKey, parts),
    contentHash: (bytes) => hmacOfParts(contentKey, ['content', bytes]),
    fingerprint: (secret) => hmacOfParts(secretKey, [secret]).slice(0, 16),
    installationId: hmacOfParts(hmacKey(material.idKey, 'installation'), ['id']).slice(0, 12),
    keyCheck: hmacOfParts(hmacKey(material.idKey, 'check'), ['key-check']),
  };
}
