import type { ReceiveProfile } from '../../schemas/counterpart.ts';
import type { Link } from '../ledger/links.ts';
import { buildAuthorizeUrl } from '../oneup/oauth.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** The URL of a link: the same each time, from its sealed state and verifier. Undefined where these were destroyed. */
export async function linkUrl(
  secrets: Pick<SecretStore, 'open'>,
  { authorizeUrl, clientId, redirectUri, authorizeParameters: extra }: ReceiveProfile,
  { secretId, verifierId }: Pick<Link, 'secretId' | 'verifierId'>,
): Promise<string | undefined> {
  const state = await secrets.open(secretId);
  const verifier = verifierId === undefined ? undefined : await secrets.open(verifierId);
  // Without its challenge the link would lead to a code that cannot be exchanged.
  if (state === undefined || (verifierId !== undefined && verifier === undefined)) return undefined;
  const codeVerifier = verifier?.value;
  return buildAuthorizeUrl({ authorizeUrl, clientId, redirectUri, state: state.value, extra, codeVerifier });
}
