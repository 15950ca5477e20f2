import type { Link } from '../adapters/ledger/links.ts';
import { frozenProfile } from '../adapters/profile/frozen-profile.ts';
import { openMemberRecord } from '../adapters/roster/member-records.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { BatchId, TransferId } from '../schemas/ids.ts';
import { linkUrl } from './link-url.ts';
import type { Operator } from './operator.ts';

/** The link that one member is to open. The URL holds the one-time state: who has it can authorize. */
export interface AuthorizationLink {
  readonly transferId: TransferId;
  readonly line: number;
  readonly rowId: string;
  readonly email?: string;
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

const pageSize = 200;

/**
 * The links of a batch that can be opened now: issued, not used, not expired. A delivery in clear.
 * Throws PROFILE_DIRECTION_MISSING where the batch does not receive, BATCH_NOT_FOUND.
 */
export async function* listLinks(operator: Operator, batchId: BatchId): AsyncGenerator<AuthorizationLink> {
  const { receive } = await frozenProfile(operator, batchId);
  const { direction } = await operator.ledger.batches.get(batchId);
  if (direction !== 'receive' || receive === undefined)
    throw new CarryoverError('PROFILE_DIRECTION_MISSING', 'Only a batch that receives has links.');

  let after: TransferId | undefined;
  for (;;) {
    const page = await operator.ledger.transfers.list({
      batchId,
      states: ['link-issued'],
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const { transferId, line, recordObject } of page) {
      const link = await openLink(operator, transferId);
      const url = link && (await linkUrl(operator.secrets, receive, link));
      if (link === undefined || url === undefined) continue;
      const { rowId, email } = await openMemberRecord(operator, { recordObject });
      const expiresAt = new Date(link.expiresAtMs).toISOString();
      yield { transferId, line, rowId, ...(email === undefined ? {} : { email }), url, expiresAt };
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.transferId;
  }
}

async function openLink({ ledger, clock }: Operator, transferId: TransferId): Promise<Link | undefined> {
  const link = await ledger.links.current(transferId);
  return link === undefined || link.usedAt !== undefined || link.expiresAtMs <= clock() ? undefined : link;
}
