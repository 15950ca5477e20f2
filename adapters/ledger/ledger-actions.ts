import { type BatchPurges, batchPurgesOf } from './batch-purges.ts';
import { type Batches, batchesOf } from './batches.ts';
import { type Deeds, deedsOf } from './deeds.ts';
import { type EventLog, eventLogOf } from './event-log.ts';
import { type HandedInTokens, handedInTokensOf } from './handed-in-tokens.ts';
import { type Leases, leasesOf } from './leases.ts';
import { type Links, linksOf } from './links.ts';
import { type Onboarding, onboardingOf } from './onboarding.ts';
import { type Pacing, pacingOf } from './pacing.ts';
import { type SecretRows, secretRowsOf } from './secret-rows.ts';
import type { LedgerDatabase } from './tables.ts';
import { type Transfers, transfersOf } from './transfers.ts';

/** What can be done in one transaction of the ledger. */
export interface LedgerActions extends EventLog {
  readonly batches: Batches;
  readonly batchPurges: BatchPurges;
  readonly transfers: Transfers;
  readonly deeds: Deeds;
  readonly links: Links;
  readonly onboarding: Onboarding;
  readonly pacing: Pacing;
  readonly leases: Leases;
  readonly handedInTokens: HandedInTokens;
  /** Sealed secrets; only adapters/secrets uses these. */
  readonly secretRows: SecretRows;
}

/** The ledger's actions on a database, or within a transaction on it. */
export function actionsOn(db: LedgerDatabase, clock: () => number): LedgerActions {
  return {
    ...eventLogOf(db, clock),
    batches: batchesOf(db, clock),
    batchPurges: batchPurgesOf(db, clock),
    transfers: transfersOf(db, clock),
    deeds: deedsOf(db, clock),
    links: linksOf(db, clock),
    onboarding: onboardingOf(db, clock),
    pacing: pacingOf(db),
    leases: leasesOf(db),
    handedInTokens: handedInTokensOf(db),
    secretRows: secretRowsOf(db, clock),
  };
}
