import type { Batch } from '../adapters/ledger/batches.ts';
import { renewHead } from '../adapters/ledger/renew-head.ts';
import { CarryoverError, type FailureCode } from '../schemas/failures.ts';
import type { TransferId } from '../schemas/ids.ts';
import { isEndState, type TransferState } from '../schemas/states.ts';
import { purgeLaunch } from './purge-launch.ts';
import { type Purger, type PurgeRule, purgeTransfer } from './purge-transfer.ts';

/** What is not touched. */
interface LeftAlone {
  /** It has not ended. */
  readonly open: number;
  readonly tooRecent: number;
  /** It has ended with unknown writes that nobody has decided about. */
  readonly undecided: number;
  /** Of receive batches that are not delivered yet. */
  readonly undelivered: number;
}

export interface Purged {
  /** Transfers that were purged now (or would be), and those of an earlier run that were finished. */
  readonly transfers: number;
  readonly finished: number;
  /** Batches whose roster went. */
  readonly rosters: number;
  readonly objects: number;
  /** On disk. */
  readonly bytes: number;
  readonly leftAlone: LeftAlone;
  /** Transfers whose objects could not be removed: an object does not open. They are as they were. */
  readonly failed: readonly { readonly transferId: TransferId; readonly code: FailureCode }[];
}

export const nothingPurged: Purged = {
  transfers: 0,
  finished: 0,
  rosters: 0,
  objects: 0,
  bytes: 0,
  leftAlone: { open: 0, tooRecent: 0, undecided: 0, undelivered: 0 },
  failed: [],
};

const pageSize = 200;

/**
 * Purges what a batch has kept of the transfers that ended before a time, and its roster with the last of them; adds it to `purged`. A
 * transfer that is open, or has anything undecided, is never touched, nor a received record before its batch was closed, and so delivered.
 */
export async function purgeBatch(
  purger: Purger,
  batch: Batch,
  rule: PurgeRule,
  purged: Purged,
  onTransfer: (purged: Purged) => void,
): Promise<Purged> {
  const { byState } = await purger.ledger.transfers.progress(batch.batchId);
  const stand = standOf(byState);
  if (batch.direction === 'receive' && batch.closedAt === undefined)
    return leave(purged, { open: stand.open, undelivered: stand.ended });

  let sum = purged;
  let due = 0;
  for await (const transferId of endedTransfers(purger, batch, rule)) {
    due += 1;
    sum = await addTransfer(purger, transferId, rule, sum);
    onTransfer(sum);
  }
  sum = leave(sum, { open: stand.open, tooRecent: stand.ended - due });

  if (batch.closedAt === undefined) return sum;
  if (due > 0 && !rule.dryRun) await renewHead(purger.ledger, batch.batchId);
  const stays = (of: Purged): number => of.failed.length + of.leftAlone.undecided;
  const allGone = stand.open === 0 && stand.ended === due && stays(sum) === stays(purged);
  if (!allGone) return sum;
  const roster = await purgeLaunch(purger, batch, rule);
  if (roster === undefined) return sum;
  return {
    ...sum,
    rosters: sum.rosters + 1,
    objects: sum.objects + roster.count,
    bytes: sum.bytes + roster.bytes,
  };
}

async function* endedTransfers(
  { ledger }: Purger,
  { batchId }: Batch,
  { endedBefore: before }: PurgeRule,
): AsyncGenerator<TransferId> {
  let after: TransferId | undefined;
  for (;;) {
    const of = { batchId, before, limit: pageSize, ...(after === undefined ? {} : { after }) };
    const page = await ledger.transfers.ended(of);
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
}

async function addTransfer(purger: Purger, transferId: TransferId, rule: PurgeRule, sum: Purged): Promise<Purged> {
  try {
    const { outcome, count, bytes } = await purgeTransfer(purger, transferId, rule);
    if (outcome === 'waiting') return leave(sum, { undecided: 1 });
    return {
      ...sum,
      transfers: sum.transfers + (outcome === 'purged' ? 1 : 0),
      finished: sum.finished + (outcome === 'finished' ? 1 : 0),
      objects: sum.objects + count,
      bytes: sum.bytes + bytes,
    };
  } catch (error) {
    // One object that does not open must not keep all the others.
    if (!(error instanceof CarryoverError) || error.code !== 'OBJECT_UNREADABLE') throw error;
    return { ...sum, failed: [...sum.failed, { transferId, code: error.code }] };
  }
}

function standOf(byState: Readonly<Partial<Record<TransferState, number>>>): { open: number; ended: number } {
  const stand = { open: 0, ended: 0 };
  for (const [state, count] of Object.entries(byState))
    stand[isEndState(state as TransferState) ? 'ended' : 'open'] += count;
  return stand;
}

function leave(purged: Purged, more: Partial<Purged['leftAlone']>): Purged {
  const { open, tooRecent, undecided, undelivered } = purged.leftAlone;
  return {
    ...purged,
    leftAlone: {
      open: open + (more.open ?? 0),
      tooRecent: tooRecent + (more.tooRecent ?? 0),
      undecided: undecided + (more.undecided ?? 0),
      undelivered: undelivered + (more.undelivered ?? 0),
    },
  };
}
