import { createPrivateKey, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';

import { SignJWT } from 'jose';

import { CarryoverError } from '../../../schemas/failures.ts';
import type { SmartClient } from './smart-client.ts';

/** "exp … no more than five minutes in the future" (SMART App Launch 2.2, Asymmetric Authentication); a minute is left for clocks that differ. */
const lifeSeconds = 240;

/** A client assertion for one token request: signed by our key, for this token endpoint, with an id that is used once. Error: SOURCE_AUTH. */
export async function clientAssertion(client: SmartClient, keyText: string, nowMs: number): Promise<string> {
  const { clientId, tokenUrl, keyId, algorithm } = client;
  const now = Math.floor(nowMs / 1000);
  try {
    return await new SignJWT({})
      .setProtectedHeader({ alg: algorithm, kid: keyId, typ: 'JWT' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(tokenUrl)
      .setIssuedAt(now)
      .setExpirationTime(now + lifeSeconds)
      .setJti(randomUUID())
      .sign(privateKeyOf(keyText));
  } catch {
    // The libraries' messages may quote the key.
    throw new CarryoverError('SOURCE_AUTH', `The file of private_key_file holds no private key for ${algorithm}.`, {
      column: 'private_key_file',
    });
  }
}

/** PEM, or a JWK as JSON. */
function privateKeyOf(text: string): KeyObject {
  return text.startsWith('{')
    ? createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
    : createPrivateKey(text);
}
