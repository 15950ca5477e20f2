import { createHash } from 'node:crypto';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { openPlan } from '../../adapters/plans/open-plan.ts';
import type { WriteAccount } from '../../domain/accounting/write-account.ts';
import { postedBundle, postedResource } from '../../domain/payload/posted-body.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { World } from './open-world.ts';
import type { StoredRequests } from './stored-requests.ts';

/** What the ledger says of a transfer's resources, beside what the journal says of its requests. All are ordinals. */
export interface PostedAccount {
  readonly plan: Plan;
  readonly confirmed: readonly number[];
  /** Decided about or not. */
  readonly unknown: readonly number[];
  /** Once for each time that it was stored. */
  readonly stored: readonly number[];
  /** Requests whose body, made again from plan and account, is not the one whose hash was committed before it was sent. */
  readonly otherBodies: number;
}

/**
 * Holds a transfer against the journal where content does not say what it is, because the other side gave it an id: every try is made
 * again from plan and account, byte for byte, and found in the journal by the hash of its body.
 */
export async function postedAccount(
  { dataDir: { ledger, objects, keys } }: Pick<World, 'dataDir'>,
  { transferId, projection: { writes } }: Transfer,
  requests: StoredRequests,
): Promise<PostedAccount> {
  const plan = await openPlan({ objects }, transferId);
  const stored: number[] = [];
  let otherBodies = 0;
  for (const { at, body, subject } of (await ledger.events(transferId)).toReversed()) {
    if (body.kind !== 'attempted') continue;
    const text = bodyOf(plan, writes, subject, body.ordinals);
    if (keys.keyedHash('body', Buffer.from(text).toString('latin1')) !== body.bodyHash) otherBodies += 1;
    const places = requests.take(createHash('sha256').update(text).digest('hex'), at);
    stored.push(...places.map((place) => body.ordinals[place] ?? -1));
  }
  const withFate = (...fates: readonly string[]) =>
    Object.entries(writes.fates).flatMap(([ordinal, fate]) => (fates.includes(fate) ? [Number(ordinal)] : []));
  return { plan, confirmed: withFate('c'), unknown: withFate('u', 'a'), stored, otherBodies };
}

function bodyOf(
  plan: Plan,
  writes: WriteAccount,
  subject: LedgerEvent['subject'],
  ordinals: readonly number[],
): string {
  return subject.startsWith('resource/')
    ? postedResource(plan, ordinals[0] ?? -1, writes)
    : postedBundle(plan, ordinals, writes);
}
