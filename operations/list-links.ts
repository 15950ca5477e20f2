import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { transfersOfBatch } from '../adapters/ledger/transfers-of-batch.ts';
import { openLink } from '../adapters/links/open-link.ts';
import { frozenProfile } from '../adapters/profile/frozen-profile.ts';
import { openMemberRecord } from '../adapters/roster/member-records.ts';
import { linkMailState, type LinkMailState } from '../domain/link-mail/link-mail-state.ts';
import type { ReceiveProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { BatchId, TransferId } from '../schemas/ids.ts';
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
  /** Whether it went by e-mail; left out where the profile mails no links. */
  readonly mailed?: LinkMailState;
}

/**
 * The links of a batch that can be opened now: issued, not used, not expired. A delivery in clear.
 * Throws PROFILE_DIRECTION_MISSING where the batch does not receive, BATCH_NOT_FOUND.
 */
export async function* listLinks(operator: Operator, batchId: BatchId): AsyncGenerator<AuthorizationLink> {
  const receive = await receiveProfileOf(operator, batchId);
  for await (const transfer of transfersOfBatch(operator.ledger, batchId, ['link-issued'])) {
    const link = await linkToDeliver(operator, transfer, receive);
    if (link !== undefined) yield link;
  }
}

/** The receive half of the profile that a batch was launched with. Throws as `listLinks`. */
export async function receiveProfileOf(operator: Operator, batchId: BatchId): Promise<ReceiveProfile> {
  const { receive } = await frozenProfile(operator, batchId);
  const { direction } = await operator.ledger.batches.get(batchId);
  if (direction !== 'receive' || receive === undefined)
    throw new CarryoverError('PROFILE_DIRECTION_MISSING', 'Only a batch that receives has links.');
  return receive;
}

/** The link of one transfer, where it can be opened now. */
export async function linkToDeliver(
  operator: Operator,
  { transferId, line, recordObject }: Pick<Transfer, 'transferId' | 'line' | 'recordObject'>,
  receive: ReceiveProfile,
): Promise<AuthorizationLink | undefined> {
  const open = await openLink(operator, transferId, receive);
  if (open === undefined) return undefined;
  const { url, revision, expiresAtMs } = open;
  const { rowId, email } = await openMemberRecord(operator, { recordObject });
  const address = email === undefined ? {} : { email };
  const link = { transferId, line, rowId, ...address, url, expiresAt: new Date(expiresAtMs).toISOString() };
  if (receive.linkMail === undefined) return link;
  return { ...link, mailed: linkMailState(await operator.ledger.events(transferId), revision, address) };
}
