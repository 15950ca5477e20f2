import { CarryoverError } from '../../../schemas/failures.ts';
import type { HttpPools } from '../../http/http-pool.ts';
import { postTokenForm } from '../../oauth/post-token-form.ts';
import { clientAssertion } from './client-assertion.ts';
import { readSecretFile } from './read-secret-file.ts';
import type { SmartClient } from './smart-client.ts';

/** An access token of the source server; it lives in the memory of this process only. */
export interface SourceToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Where the answer has no `expires_in`, which it must have: what SMART recommends at the most. */
const assumedSeconds = 300;

interface Request {
  readonly pools: HttpPools;
  readonly timeoutMs: number;
  readonly clock: () => number;
}

/**
 * Asks the token endpoint for an access token (SMART Backend Services: client_credentials with a signed assertion). Asking again
 * does no harm. Errors: SOURCE_AUTH where it refuses, SOURCE_UNREACHABLE where it gives no clear answer.
 */
export async function requestToken(client: SmartClient, { pools, timeoutMs, clock }: Request): Promise<SourceToken> {
  const askedAt = clock();
  // Before the key is read: it is not opened for a place that may not be spoken to.
  pools.poolFor(new URL(client.tokenUrl));
  const keyText = await readSecretFile(client.privateKeyFile, 'private_key_file');
  const answer = await postTokenForm(
    { pools, tokenUrl: client.tokenUrl, timeoutMs },
    {
      grant_type: 'client_credentials',
      scope: client.scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await clientAssertion(client, keyText, askedAt),
    },
  );
  switch (answer.kind) {
    case 'granted': {
      const expiresAt = askedAt + (answer.expiresInSeconds ?? assumedSeconds) * 1000;
      return { accessToken: answer.accessToken, expiresAt };
    }
    case 'client-rejected':
      throw new CarryoverError('SOURCE_AUTH', 'The token endpoint does not know this client and key.');
    case 'refused':
      throw new CarryoverError(
        'SOURCE_AUTH',
        `The token endpoint refused: ${answer.error ?? `HTTP ${answer.status}`}.`,
      );
    case 'unsent':
      throw unreachable(answer.retryAfterMs);
    case 'unknown':
      throw unreachable();
  }
}

function unreachable(retryAfterMs?: number): CarryoverError {
  return new CarryoverError('SOURCE_UNREACHABLE', 'The token endpoint gave no token.', {}, { retryAfterMs });
}
