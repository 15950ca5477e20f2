import { CarryoverError } from '../../../schemas/failures.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import type { HttpPools } from '../../http/http-pool.ts';
import { isBearerToken } from '../../oauth/bearer-token.ts';
import { readSecretFile } from './read-secret-file.ts';
import { requestToken, type SourceToken } from './request-token.ts';
import { smartClientOf } from './smart-client.ts';

/** The access tokens of one source server, in memory only: never written, never logged. */
export interface SourceTokens {
  /** A token with life left; undefined where the server asks for none. Errors: SOURCE_AUTH, SOURCE_UNREACHABLE. */
  current(): Promise<string | undefined>;
  /** The server no longer takes this token: the next one asked for is another. */
  reject(accessToken: string | undefined): void;
}

/** A token is renewed so long before its end that a request still fits; a short-lived one when a tenth of its life is left. */
const renewBeforeMs = 60_000;

/** Tokens as the description says: none, from a file, or from the token endpoint. Requests at the same time share one token request. */
export function openSourceTokens(
  server: SourceServer,
  { pools, clock }: { readonly pools: HttpPools; readonly clock: () => number },
): SourceTokens {
  const fetchToken = fetcherOf(server, pools, clock);
  let held: { readonly token: SourceToken; readonly renewAt: number } | undefined;
  let asking: Promise<string> | undefined;
  let rejected: string | undefined;

  const renew = async (): Promise<string> => {
    const token = await fetchToken();
    const life = token.expiresAt - clock();
    held = { token, renewAt: token.expiresAt - Math.min(renewBeforeMs, life / 10) };
    return token.accessToken;
  };

  return {
    async current() {
      if (server.auth === 'none') return undefined;
      if (held !== undefined && clock() < held.renewAt && held.token.accessToken !== rejected)
        return held.token.accessToken;
      asking ??= renew().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    reject(accessToken) {
      rejected = accessToken;
    },
  };
}

function fetcherOf(server: SourceServer, pools: HttpPools, clock: () => number): () => Promise<SourceToken> {
  if (server.auth === 'smart-backend-services')
    return () => requestToken(smartClientOf(server), { pools, timeoutMs: server.requestTimeoutMs, clock });
  return async () => {
    const accessToken = await readSecretFile(server.tokenFile ?? '', 'token_file');
    if (!isBearerToken(accessToken)) throw new CarryoverError('SOURCE_AUTH', 'The file of token_file holds no token.');
    return { accessToken, expiresAt: Number.POSITIVE_INFINITY };
  };
}
