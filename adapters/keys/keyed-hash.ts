import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** One part of what is hashed: text is taken as UTF-8. */
export type HashPart = string | Uint8Array;

/**
 * HMAC-SHA256 over length-prefixed parts (4 bytes, big-endian, before each), as 64 hex digits.
 * The prefixes keep `('ab', 'c')` and `('a', 'bc')` apart.
 */
export function hmacOfParts(key: KeyObject, parts: readonly HashPart[]): string {
  const hmac = createHmac('sha256', key);
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.byteLength);
    hmac.update(length).update(bytes);
  }
  return hmac.digest('hex');
}

/** A 32-byte key for one purpose (HKDF-SHA256, RFC 5869): keys of two purposes tell nothing about each other. */
export function subkey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `carryover/${purpose}/v1`, 32));
}

/** As `subkey`, for `hmacOfParts`: made once, because turning bytes into a key costs more than hashing a short text. */
export function hmacKey(key: Buffer, purpose: string): KeyObject {
  return createSecretKey(subkey(key, purpose));
}
