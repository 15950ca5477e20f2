import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import { canBeUsed } from '../adapters/ledger/links.ts';
import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { newLink } from '../adapters/links/new-link.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { TransferId } from '../schemas/ids.ts';
import { linkToDeliver, receiveProfileOf, type AuthorizationLink } from './list-links.ts';
import type { Operator } from './operator.ts';
import { notExpected, recordDeed } from './record-deed.ts';
import { refuseAfterCancel } from './refuse-after-cancel.ts';

/**
 * Gives a member who is waited for a fresh link: good at once, and until the same deadline; the earlier ones are dead. Needs no
 * worker, but for its mail, where the profile has links mailed. Throws DEED_NOT_EXPECTED where no link is waited for, and where the
 * member answers or another link is issued at the same moment; PROFILE_DIRECTION_MISSING.
 */
export async function reissueLink(operator: Operator, transferId: TransferId): Promise<AuthorizationLink> {
  const { ledger, keys, secrets, clock } = operator;
  await refuseAfterCancel(operator, transferId);
  const transfer = await ledger.transfers.get(transferId);
  const receive = await receiveProfileOf(operator, transfer.batchId);
  const current = await ledger.links.current(transferId);
  requireWaiting(transfer);
  if (current === undefined || !canBeUsed(current, clock()))
    throw new CarryoverError('DEED_NOT_EXPECTED', "The link's deadline has passed.");

  const revision = current.revision + 1;
  const fresh = newLink({ keys, secrets }, { transferId, revision, expiresAtMs: current.expiresAtMs, receive });
  await recordDeed(operator, {
    transferId,
    signal: 'linkReissued',
    actor: operator.actor,
    expected: ['link-issued'],
    ask: false,
    alongside: async ({ transfers, links }: LedgerActions) => {
      requireWaiting(await transfers.lock(transferId));
      const { kind } = await links.issue({ ...fresh, actor: operator.actor });
      if (kind === 'repeated')
        throw new CarryoverError('DEED_NOT_EXPECTED', 'Another link was issued at the same moment.');
    },
    says: ({ deedId }) => ({ body: { kind: 'link-reissued', deedId, revision }, message: { deedId, revision } }),
  });
  const link = await linkToDeliver(operator, transfer, receive);
  if (link === undefined) throw new CarryoverError('DEED_NOT_EXPECTED', 'The link was used at the same moment.');
  return link;
}

/** A member who said no leaves the state as it is until the transfer closes. */
function requireWaiting({ projection: { state, reason } }: Transfer): void {
  if (state !== 'link-issued') throw notExpected(state);
  if (reason !== undefined) throw new CarryoverError('DEED_NOT_EXPECTED', 'The member has answered.');
}
