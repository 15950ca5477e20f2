import type { LockedTransfer } from '../../adapters/ledger/append-events.ts';
import type { LedgerActions } from '../../adapters/ledger/ledger-actions.ts';
import type { TransferProjection } from '../../domain/accounting/transfer-projection.ts';
import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import { nextWrite } from '../../domain/payload/next-write.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import { beginWrite, type BegunWrite } from './begin-write.ts';
import { repeatHarmless } from './repeat-harmless.ts';
import type { SendJob } from './send-job.ts';
import type { Settlement } from './settlement.ts';
import { withholdBlocked } from './withhold-blocked.ts';

/** What a slice does next. Everything that it says of the ledger holds once the transaction has ended. */
export type NextStep =
  | BegunWrite
  /** The counterpart's pace has no request left now. */
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'finished'; readonly unknown: number }
  | { readonly kind: 'slice-ended' | 'paused' | 'cancelled' }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'token-over'; readonly cause: 'expired' | 'rejected' }
  | { readonly kind: 'try-again'; readonly code: FailureCode; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'stopped'; readonly reason: FailureCode };

/** The wishes of others that end a slice between two writes. */
export interface Limits {
  readonly endsAtMs: number;
  /** Temporal told this attempt to stop. */
  readonly cancelled: () => boolean;
}

/**
 * Settles the last write and begins the next one in one transaction, because a commit costs more than a request to a quick
 * counterpart. A crash before it leaves the last write unknown, as a crash before its own commit would have.
 */
export async function nextStep(
  job: SendJob,
  ledger: LedgerActions,
  last: Settlement | undefined,
  limits: Limits,
): Promise<NextStep> {
  return ledger.withTransfer(job.transferId, async (transfer) => {
    if (last !== undefined) await settle(transfer, last);
    switch (last?.written.kind) {
      case 'try-again':
        return last.written;
      case 'token-rejected':
        return { kind: 'token-over', cause: 'rejected' };
      case 'forbidden':
        return { kind: 'stopped', reason: 'WRITE_REFUSED' };
      case 'settled':
      case undefined:
        return beginNext(job, transfer, ledger, limits);
    }
  });
}

/** A stale writer's late answer is recorded all the same: it asks for no fence. */
async function settle(transfer: LockedTransfer, { attempt, body }: Settlement): Promise<void> {
  const { subject, tryNumber } = attempt;
  await transfer.append({ subject, tryNumber, actor: 'worker', body });
}

async function beginNext(
  job: SendJob,
  transfer: LockedTransfer,
  ledger: LedgerActions,
  limits: Limits,
): Promise<NextStep> {
  for (;;) {
    const { projection } = transfer;
    const next = nextWrite(job.plan, projection.writes);
    if (next.kind === 'withhold') {
      const withheld = await withholdBlocked(transfer, next.ordinals, { fence: job.fence });
      if (!withheld) return { kind: 'fenced' };
      continue;
    }
    if (next.kind === 'nothing') {
      // An id that the server assigns is another one every time: there a repeat is never harmless.
      if (job.plan.idAssignment === 'caller' && (await repeatHarmless(job, transfer))) continue;
      return { kind: 'finished', unknown: unknownOrdinals(projection.writes).length };
    }
    const stop = stopBetween(job, projection, limits);
    if (stop !== undefined) return stop;
    const waitMs = await job.pace.takeIn(ledger);
    if (waitMs > 0) return { kind: 'wait', waitMs };
    return beginWrite(job, transfer, next);
  }
}

/** Between two writes is the only place where a slice may end: a write is never torn. */
function stopBetween(
  { clock, token, send }: SendJob,
  { cancelRequested, state }: TransferProjection,
  { endsAtMs, cancelled }: Limits,
): NextStep | undefined {
  if (cancelRequested) return { kind: 'cancelled' };
  if (state === 'paused') return { kind: 'paused' };
  if (clock() >= token.expiresAtMs - send.tokenMarginSeconds * 1000) return { kind: 'token-over', cause: 'expired' };
  if (cancelled()) return { kind: 'cancelled' };
  return clock() >= endsAtMs ? { kind: 'slice-ended' } : undefined;
}
