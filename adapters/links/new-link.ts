import type { ReceiveProfile } from '../../schemas/counterpart.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { DerivedIds } from '../keys/derived-ids.ts';
import type { NewLink } from '../ledger/links.ts';
import { newCodeVerifier } from '../oauth/pkce.ts';
import { newState } from '../oneup/oauth.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

interface Wanted {
  readonly transferId: TransferId;
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly receive: Pick<ReceiveProfile, 'pkce' | 'codeLifetimeSeconds'>;
}

/** A link that can be issued: a random, one-time state and, with PKCE, a code verifier beside it, both sealed. */
export function newLink(
  {
    keys,
    secrets,
  }: { readonly keys: Pick<DerivedIds, 'linkStateHash'>; readonly secrets: Pick<SecretStore, 'prepare'> },
  { transferId, revision, expiresAtMs, receive }: Wanted,
): NewLink {
  const state = newState();
  const sealed = secrets.prepare({ transferId, kind: 'link-state', value: state, expiresAtMs });
  const link = { stateHash: keys.linkStateHash(state), transferId, revision, state: sealed, expiresAtMs };
  if (receive.pkce !== 'S256') return link;
  // Kept until a code that came at the link's last moment is over.
  const keptUntilMs = expiresAtMs + receive.codeLifetimeSeconds * 1000;
  const value = newCodeVerifier();
  return { ...link, verifier: secrets.prepare({ transferId, kind: 'code-verifier', value, expiresAtMs: keptUntilMs }) };
}
