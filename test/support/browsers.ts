import { linkUrl } from '../../adapters/links/link-url.ts';
import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { acceptCallback, type CallbackAccepted } from '../../operations/accept-callback.ts';
import { walkAuthorization, type WalkingMember } from '../../sandbox/walk-authorization.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { World } from './open-world.ts';

/** The current authorization link of a transfer, as the member gets it. */
export async function linkOf(world: World, transferId: TransferId): Promise<string> {
  const link = await world.dataDir.ledger.links.current(transferId);
  const { receive } = world.profile.profile;
  const url = link && receive && (await linkUrl(world.dataDir.secrets, receive, link));
  if (url === undefined) throw new Error('there is no link');
  return url;
}

/**
 * The member opens the link and fills in the forms, with what the roster says or with what only the member knows better; returns
 * where the browser was sent to.
 */
export async function authorize(
  world: World,
  transferId: TransferId,
  decision: 'allow' | 'deny' = 'allow',
  /** `link`: another one than the newest, such as that of a mail. */
  {
    link,
    truth = {},
  }: { readonly link?: string | undefined; readonly truth?: Partial<WalkingMember> | undefined } = {},
): Promise<URL> {
  const { recordObject } = await world.dataDir.ledger.transfers.get(transferId);
  const record = await openMemberRecord(world.dataDir, { recordObject });
  const [year, month, day] = record.birthDate.split('-');
  const { redirectedTo } = await walkAuthorization({
    authorizeUrl: link ?? (await linkOf(world, transferId)),
    email: `${record.previousMemberId}-${crypto.randomUUID()}@mail.example`,
    member: {
      firstName: record.given,
      lastName: record.family,
      birthDate: `${month}/${day}/${year}`,
      memberId: record.previousMemberId,
      postalCode: record.zip,
      ...truth,
    },
    decision,
  });
  return new URL(redirectedTo);
}

/** What the console does with the redirect, without its pages. */
export function callBack(world: World, redirectedTo: URL): Promise<CallbackAccepted> {
  const query = redirectedTo.searchParams;
  return acceptCallback({ ...world.operator, actor: 'callback' }, async () => world.profile.profile, {
    code: query.get('code') ?? undefined,
    state: query.get('state') ?? undefined,
    clientId: query.get('client_id') ?? undefined,
    error: query.get('error') ?? undefined,
  });
}
