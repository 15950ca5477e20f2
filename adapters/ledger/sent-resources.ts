import { asResourceKey, type CounterpartId, type ResourceKey, type TransferId } from '../../schemas/ids.ts';
import { portions } from './atomically.ts';
import type { LedgerDatabase } from './tables.ts';

/** What an event means for the resources that were sent to a counterpart; written in the transaction of the event. */
export interface SentChanges {
  /** With `attempted`: from now on these may be stored at the counterpart. */
  readonly attempted?: readonly { readonly resourceKey: ResourceKey; readonly contentHash: string }[];
  /** With `answered`: these are stored. */
  readonly confirmed?: readonly ResourceKey[];
  /** With `answered` or `unsent`: this try certainly did not store these (an earlier lost try still may have). */
  readonly released?: readonly ResourceKey[];
}

export type SentResources = ReturnType<typeof sentResourcesOf>;

/** Which resources may be, or are, stored at a counterpart, across batches (design.md, rule 7). */
export function sentResourcesOf(db: LedgerDatabase) {
  return {
    /** Of these resources, the ones that another transfer had confirmed at this counterpart, with the content hash that was sent. */
    async alreadyConfirmed(
      counterpartId: CounterpartId,
      keys: readonly ResourceKey[],
      exceptTransferId: TransferId,
    ): Promise<ReadonlyMap<ResourceKey, string>> {
      const confirmed = new Map<ResourceKey, string>();
      for (const portion of portions(keys)) {
        const rows = await db
          .selectFrom('sent_resource')
          .select(['resource_key', 'content_hash'])
          .where('counterpart_id', '=', counterpartId)
          .where('resource_key', 'in', portion)
          .where('transfer_id', '!=', exceptTransferId)
          .where('fate', '=', 'confirmed')
          .execute();
        for (const row of rows) confirmed.set(asResourceKey(row.resource_key), row.content_hash);
      }
      return confirmed;
    },
  };
}

/** Writes down what an event changed; runs once per event, in its transaction. */
export async function applySentChanges(
  db: LedgerDatabase,
  of: { readonly transfer_id: string; readonly counterpart_id: string },
  { attempted = [], confirmed = [], released = [] }: SentChanges,
): Promise<void> {
  for (const portion of portions(attempted)) await attempt(db, of, portion);
  for (const portion of portions(confirmed)) {
    await rowsOf(db, of, portion).set({ fate: 'confirmed' }).execute();
  }
  for (const portion of portions(released)) {
    await rowsOf(db, of, portion)
      .set((the) => ({ unsettled_tries: the('unsettled_tries', '-', 1) }))
      .execute();
  }
  if (released.length > 0) await forgetUnsent(db, of);
}

async function attempt(
  db: LedgerDatabase,
  { transfer_id, counterpart_id }: { readonly transfer_id: string; readonly counterpart_id: string },
  resources: NonNullable<SentChanges['attempted']>,
): Promise<void> {
  const rows = resources.map(({ resourceKey, contentHash }) => ({
    counterpart_id,
    resource_key: resourceKey,
    transfer_id,
    fate: 'unknown' as const,
    content_hash: contentHash,
    unsettled_tries: 1,
  }));
  await db
    .insertInto('sent_resource')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['counterpart_id', 'resource_key', 'transfer_id'])
        .doUpdateSet((the) => ({ unsettled_tries: the('sent_resource.unsettled_tries', '+', 1) })),
    )
    .execute();
}

function rowsOf(
  db: LedgerDatabase,
  of: { readonly transfer_id: string; readonly counterpart_id: string },
  keys: readonly ResourceKey[],
) {
  return db
    .updateTable('sent_resource')
    .where('counterpart_id', '=', of.counterpart_id)
    .where('transfer_id', '=', of.transfer_id)
    .where('resource_key', 'in', keys);
}

async function forgetUnsent(
  db: LedgerDatabase,
  of: { readonly transfer_id: string; readonly counterpart_id: string },
): Promise<void> {
  await db
    .deleteFrom('sent_resource')
    .where('counterpart_id', '=', of.counterpart_id)
    .where('transfer_id', '=', of.transfer_id)
    .where('fate', '=', 'unknown')
    .where('unsettled_tries', '<=', 0)
    .execute();
}
