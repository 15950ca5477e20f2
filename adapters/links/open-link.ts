import type { ReceiveProfile } from '../../schemas/counterpart.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { canBeUsed } from '../ledger/links.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { linkUrl } from './link-url.ts';

/** A link in clear: who has the URL can authorize. */
export interface OpenLink {
  readonly revision: number;
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

interface Opener {
  readonly ledger: Pick<Ledger, 'links'>;
  readonly secrets: Pick<SecretStore, 'open'>;
  readonly clock: () => number;
}

/** The newest link of a transfer; undefined where it was used, is too old, or its state is gone. Throws OBJECT_UNREADABLE. */
export async function openLink(
  { ledger, secrets, clock }: Opener,
  transferId: TransferId,
  receive: ReceiveProfile,
): Promise<OpenLink | undefined> {
  const link = await ledger.links.current(transferId);
  if (link === undefined || !canBeUsed(link, clock())) return undefined;
  const url = await linkUrl(secrets, receive, link);
  return url === undefined ? undefined : { revision: link.revision, url, expiresAtMs: link.expiresAtMs };
}
