import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

import { CarryoverError } from '../../schemas/failures.ts';
import type { SealingKeys } from '../keys/key-ring.ts';
import { notSealedPayload } from './not-sealed-payload.ts';
import { additionalDataOf, belongsTo, originOf, type PayloadOrigin } from './payload-origin.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const encoding = 'binary/encrypted';
const nonceBytes = 12;
const tagBytes = 16;

/** Names of the metadata of a sealed payload; the first two are those that Temporal's own samples and tools use. */
const metadataKeys = {
  encoding: 'encoding',
  keyId: 'encryption-key-id',
  namespace: 'sealed-for-namespace',
  workflowId: 'sealed-for-workflow-id',
} as const;

/**
 * Seals every payload on its way to Temporal with AES-256-GCM and opens it on the way back; the whole payload is sealed, and bound
 * to namespace and workflow id. A payload that nobody sealed is not passed on: it becomes `notSealed`, so that a message sent from
 * outside neither is obeyed nor stops a workflow. Throws PAYLOAD_UNSEALABLE where a sealed one cannot be opened here.
 */
export function payloadCodec(ring: SealingKeys): PayloadCodec {
  const keys = codecKeys(ring);
  return {
    async encode(payloads, context) {
      return payloads.map((payload) => seal(payload, originOf(context), keys));
    },
    async decode(payloads, context) {
      return payloads.map((payload) => {
        if (!isSealed(payload)) return notSealedPayload();
        const origin = originIn(payload);
        const opened = open(payload, origin, keys);
        if (!belongsTo(origin, context)) {
          throw new CarryoverError('PAYLOAD_UNSEALABLE', 'It was sealed for another workflow.');
        }
        return opened;
      });
    },
  };
}

interface CodecKeys {
  readonly currentKeyId: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** Made once, because turning bytes into a key costs more than sealing a small payload. */
function codecKeys({ currentKeyId, keys }: SealingKeys): CodecKeys {
  return { currentKeyId, keys: new Map([...keys].map(([keyId, bytes]) => [keyId, createSecretKey(bytes)])) };
}

function seal(payload: Payload, origin: PayloadOrigin, keys: CodecKeys): Payload {
  const keyId = keys.currentKeyId;
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyFor(keyId, keys), nonce, { authTagLength: tagBytes });
  cipher.setAAD(additionalDataOf(keyId, origin));
  const ciphertext = cipher.update(PayloadMessage.encode(payload).finish());
  return {
    metadata: {
      [metadataKeys.encoding]: Buffer.from(encoding),
      [metadataKeys.keyId]: Buffer.from(keyId),
      [metadataKeys.namespace]: Buffer.from(origin.namespace),
      [metadataKeys.workflowId]: Buffer.from(origin.workflowId),
    },
    data: Buffer.concat([nonce, ciphertext, cipher.final(), cipher.getAuthTag()]),
  };
}

function open(payload: Payload, origin: PayloadOrigin, keys: CodecKeys): Payload {
  const keyId = metadataOf(payload, metadataKeys.keyId);
  const key = keyFor(keyId, keys);
  const sealed = Buffer.from(payload.data ?? []);
  try {
    const nonce = sealed.subarray(0, nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(additionalDataOf(keyId, origin)).setAuthTag(sealed.subarray(-tagBytes));
    const plain = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    return PayloadMessage.decode(plain);
  } catch (cause) {
    throw new CarryoverError('PAYLOAD_UNSEALABLE', 'Its seal is broken.', {}, { cause });
  }
}

function keyFor(keyId: string, keys: CodecKeys): KeyObject {
  const key = keys.keys.get(keyId);
  if (key === undefined) throw new CarryoverError('PAYLOAD_UNSEALABLE', 'Its key is not in the ring.');
  return key;
}

function isSealed(payload: Payload): boolean {
  return metadataOf(payload, metadataKeys.encoding) === encoding;
}

function originIn(payload: Payload): PayloadOrigin {
  return {
    namespace: metadataOf(payload, metadataKeys.namespace),
    workflowId: metadataOf(payload, metadataKeys.workflowId),
  };
}

function metadataOf(payload: Payload, name: string): string {
  return Buffer.from(payload.metadata?.[name] ?? []).toString();
}
