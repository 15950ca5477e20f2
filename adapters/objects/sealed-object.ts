import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';

import { CarryoverError } from '../../schemas/failures.ts';
import type { ObjectKey } from '../../schemas/ids.ts';
import type { SealingKeys } from '../keys/key-ring.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

const magic = Buffer.from('CVO1');
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals a content for one object key: zstd, then AES-256-GCM.
 * Layout: `CVO1`, length of the key id (1 byte), key id, nonce (12), ciphertext, tag (16). Additional data: all before the
 * ciphertext, and the object key, so that an object that was moved to another key does not open.
 */
export async function sealObject(key: ObjectKey, content: Uint8Array, keys: SealingKeys): Promise<Buffer> {
  const sealingKey = keys.keys.get(keys.currentKeyId);
  if (sealingKey === undefined) throw new CarryoverError('KEY_FILE_INVALID', 'The current key is not in the ring.');
  const keyId = Buffer.from(keys.currentKeyId);
  const nonce = randomBytes(nonceBytes);
  const header = Buffer.concat([magic, Buffer.from([keyId.length]), keyId, nonce]);
  const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(additionalData(header, key));
  const ciphertext = cipher.update(await compress(content));
  return Buffer.concat([header, ciphertext, cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `sealObject` sealed for this key. Throws OBJECT_UNREADABLE. */
export async function openObject(key: ObjectKey, sealed: Buffer, keys: SealingKeys): Promise<Buffer> {
  const header = headerOf(sealed);
  const sealingKey = keys.keys.get(header.subarray(magic.length + 1, -nonceBytes).toString());
  if (sealingKey === undefined) throw new CarryoverError('OBJECT_UNREADABLE', 'Its key is not in the ring.');
  try {
    const nonce = header.subarray(-nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', sealingKey, nonce, { authTagLength: tagBytes });
    decipher.setAAD(additionalData(header, key)).setAuthTag(sealed.subarray(-tagBytes));
    const compressed = decipher.update(sealed.subarray(header.length, -tagBytes));
    return await decompress(Buffer.concat([compressed, decipher.final()]));
  } catch (cause) {
    throw new CarryoverError('OBJECT_UNREADABLE', '', {}, { cause });
  }
}

function headerOf(sealed: Buffer): Buffer {
  const length = magic.length + 1 + (sealed[magic.length] ?? 0) + nonceBytes;
  const whole = sealed.length >= length + tagBytes && sealed.subarray(0, magic.length).equals(magic);
  if (!whole) throw new CarryoverError('OBJECT_UNREADABLE', 'It is not a sealed object, or it is cut off.');
  return sealed.subarray(0, length);
}

function additionalData(header: Buffer, key: ObjectKey): Buffer {
  return Buffer.concat([header, Buffer.from(key)]);
}
