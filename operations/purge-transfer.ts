import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';
import {
  deleteObjectsOfTransfer,
  type ObjectsOfTransfer,
  objectsOfTransfer,
} from '../adapters/objects/objects-of-transfer.ts';
import { keepSentIndex } from '../adapters/plans/keep-sent-index.ts';
import type { TransferProjection } from '../domain/accounting/transfer-projection.ts';
import { unknownOrdinals } from '../domain/accounting/write-account.ts';
import type { TransferId } from '../schemas/ids.ts';
import type { LedgerEventBody } from '../schemas/ledger-events.ts';
import { isEndState } from '../schemas/states.ts';

/** Who purges, and with what. Needs no Temporal: what is purged has ended. */
export interface Purger extends Pick<DataDir, 'ledger' | 'objects'> {
  /** The operating-system user. */
  readonly actor: string;
}

/** Which rule a purge follows. */
export interface PurgeRule {
  /** Why, as the name of a rule. No PHI: it stands in the ledger in clear. */
  readonly policy: string;
  /** ISO 8601: only what ended before this. */
  readonly endedBefore: string;
  /** True: only says what would go. */
  readonly dryRun: boolean;
}

/**
 * `finished`: an earlier run had begun it. `nothing`: nothing is kept of it any more. `waiting`: it has not ended, or has unknown writes
 * that nobody has decided about.
 */
export interface TransferPurged extends ObjectsOfTransfer {
  readonly outcome: 'purged' | 'finished' | 'nothing' | 'waiting';
}

const untouched = { byKind: {}, count: 0, bytes: 0 };

/**
 * Removes the sealed objects of a transfer that has ended. What goes is committed to the ledger first, and that it is gone afterwards:
 * a run that dies between them is finished by the next one. Of what was sent an index of keyed hashes stays. Throws
 * OBJECT_UNREADABLE where a plan that is needed for it does not open; then nothing was removed.
 */
export async function purgeTransfer(purger: Purger, transferId: TransferId, rule: PurgeRule): Promise<TransferPurged> {
  const { ledger, objects } = purger;
  const { projection } = await ledger.transfers.get(transferId);
  const { purge } = projection;
  const waits = !isEndState(projection.state) || unknownOrdinals(projection.writes).length > 0;
  if (purge?.state === 'done') return { outcome: 'nothing', ...untouched };
  if (waits && purge === undefined) return { outcome: 'waiting', ...untouched };
  const kept = await objectsOfTransfer(objects, transferId);
  const begun = purge?.state === 'begun';
  if (kept.count === 0 && !begun) return { outcome: 'nothing', ...kept };
  if (!rule.dryRun) {
    if (wasSent(projection)) await keepSentIndex(objects, transferId);
    const round = begun ? purge.round : (purge?.round ?? 0) + 1;
    const note = (body: LedgerEventBody) =>
      // Two runs at once remove the same: what the first one says stands.
      ledger.append(
        transferId,
        { subject: 'objects', tryNumber: round, actor: purger.actor, body },
        { firstStands: true },
      );
    const { policy, endedBefore } = rule;
    if (!begun) await note({ kind: 'purge-attempted', policy, endedBefore, objects: kept.byKind, bytes: kept.bytes });
    await deleteObjectsOfTransfer(objects, transferId);
    await note({ kind: 'purged' });
  }
  return { outcome: begun ? 'finished' : 'purged', ...kept };
}

/** A later transfer of the member asks what the counterpart has, or may have, already. */
function wasSent({ counts }: TransferProjection): boolean {
  return counts.confirmed > 0 || counts.unknown > 0;
}
