import { randomBytes } from 'node:crypto';

import { compactDecrypt, CompactEncrypt, type CompactJWEHeaderParameters } from 'jose';

import { CarryoverError } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { SealingKeys } from '../keys/key-ring.ts';

/** Every key here is 32 bytes for AES-256-GCM; what is sealed is a compact JWE (RFC 7516, `dir`). */
const content = { alg: 'dir', enc: 'A256GCM' } as const;
const accepted = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };

/** A new random key for the secrets of one transfer, wrapped by the current key of the ring. */
export async function newTransferKey(keys: SealingKeys, transferId: TransferId): Promise<string> {
  const wrappingKey = keys.keys.get(keys.currentKeyId);
  if (wrappingKey === undefined) throw new CarryoverError('KEY_FILE_INVALID', 'The current key is not in the ring.');
  return await seal(randomBytes(32), wrappingKey, { kid: keys.currentKeyId, sub: transferId });
}

/** Unwraps the key of a transfer. Throws OBJECT_UNREADABLE. */
export async function unwrapKey(wrapped: string, keys: SealingKeys, transferId: TransferId): Promise<Uint8Array> {
  return await open(wrapped, transferId, (keyId) => keys.keys.get(keyId));
}

/** Seals a secret under the key of its transfer; it opens only under the same secret id. */
export async function sealText(text: string, key: Uint8Array, secretId: SecretId): Promise<string> {
  return await seal(new TextEncoder().encode(text), key, { kid: 'transfer', sub: secretId });
}

/** Opens a sealed secret. Throws OBJECT_UNREADABLE. */
export async function openText(sealed: string, key: Uint8Array, secretId: SecretId): Promise<string> {
  return new TextDecoder().decode(await open(sealed, secretId, () => key));
}

async function seal(
  bytes: Uint8Array,
  key: Uint8Array,
  header: { readonly kid: string; readonly sub: string },
): Promise<string> {
  return await new CompactEncrypt(bytes).setProtectedHeader({ ...content, ...header }).encrypt(key);
}

async function open(
  sealed: string,
  subject: string,
  keyFor: (keyId: string) => Uint8Array | undefined,
): Promise<Uint8Array> {
  const opened = await compactDecrypt(
    sealed,
    ({ kid }: CompactJWEHeaderParameters) => {
      const key = keyFor(kid ?? '');
      if (key === undefined) throw new CarryoverError('OBJECT_UNREADABLE', 'Its key is not in the ring.');
      return key;
    },
    accepted,
  ).catch((error: unknown) => {
    if (error instanceof CarryoverError) throw error;
    throw new CarryoverError('OBJECT_UNREADABLE', 'A secret was altered.', {}, { cause: error });
  });
  if (opened.protectedHeader['sub'] !== subject) {
    throw new CarryoverError('OBJECT_UNREADABLE', 'A secret was moved.');
  }
  return opened.plaintext;
}
