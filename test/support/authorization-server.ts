import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Provider, type KoaContextWithOIDC } from 'oidc-provider';

/** The scope that lets a client read the record of the member who signed in (SMART App Launch 2.2, v1 syntax). */
const readScope = 'patient/*.read';

export interface AuthorizationServer {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** Requests to the token endpoint: the grant type and what was answered. */
  readonly exchanges: readonly string[];
  /** Whose record a living access token may read. */
  accountOf(accessToken: string): Promise<string | undefined>;
  /** Ends an access token before its time; its refresh token stays good. */
  revoke(accessToken: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * An authorization server that others wrote (`oidc-provider`), with its own pages: whoever signs in is the account of that name. It
 * takes no request without PKCE, and, because the client has two redirect URIs, no exchange that does not name one.
 */
export async function openAuthorizationServer(redirectUri: string): Promise<AuthorizationServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'sandbox-client',
        client_secret: 'sandbox-client-secret',
        redirect_uris: [redirectUri, `${redirectUri}/other`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['openid', 'offline_access', readScope],
    pkce: { required: () => true },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    features: { devInteractions: { enabled: true } },
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    cookies: { keys: ['a key of the test'] },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 600,
      Session: 600,
    },
  });
  const exchanges: string[] = [];
  provider.use(async (context, next) => {
    await next();
    if (context.path !== '/token') return;
    const { params } = (context as KoaContextWithOIDC).oidc;
    exchanges.push(`${String(params?.['grant_type'])} ${context.status}`);
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));

  return {
    authorizeUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    exchanges,
    async accountOf(accessToken) {
      const token = await provider.AccessToken.find(accessToken);
      return token?.isValid === true && token.scopes.has(readScope) ? token.accountId : undefined;
    },
    async revoke(accessToken) {
      await (await provider.AccessToken.find(accessToken))?.destroy();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a profile has to ask of this server. */
export const authorizeParameters = `{ response_type = "code", scope = "openid offline_access ${readScope}", prompt = "consent" }`;
