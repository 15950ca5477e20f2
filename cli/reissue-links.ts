import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { transfersOfBatch } from '../adapters/ledger/transfers-of-batch.ts';
import { receiveProfileOf, type AuthorizationLink } from '../operations/list-links.ts';
import { reissueLink } from '../operations/reissue-link.ts';
import { CarryoverError, failures, type FailureCode } from '../schemas/failures.ts';
import type { BatchId, TransferId } from '../schemas/ids.ts';
import type { CommandContext } from './command.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { CliOperator } from './installation.ts';
import { isWorkerPolling, workerNotice } from './worker-polling.ts';

/** What became of links that were to be reissued. */
export interface Reissued {
  /** The fresh ones. */
  readonly links: readonly AuthorizationLink[];
  /** Whose link stayed as it was, and why. */
  readonly refused: readonly {
    readonly transferId: TransferId;
    readonly line: number;
    readonly code: FailureCode;
    readonly detail: string;
  }[];
  /** What a person needs to know, in words. */
  readonly notice: string | null;
  readonly exitCode: ExitCode;
}

/**
 * Gives one member, or everybody in the batch who is waited for, a fresh link. Throws DEED_NOT_EXPECTED where the one who is named is
 * not waited for. Exit 1 where some of a batch were refused, 4 where the mails wait for a worker.
 */
export async function reissueLinks(
  { out }: CommandContext,
  operator: CliOperator,
  { batchId, transfer }: { readonly batchId: BatchId; readonly transfer?: Transfer },
): Promise<Reissued> {
  const waiting = await mailsThatWait(operator, batchId);
  const of = (links: readonly AuthorizationLink[], refused: Reissued['refused']): Reissued => {
    const notice = links.length > 0 ? waiting : null;
    const asFarAsItGoes = notice === null ? exitCodes.good : exitCodes.goesOn;
    return { links, refused, notice, exitCode: refused.length > 0 ? exitCodes.someBad : asFarAsItGoes };
  };
  if (transfer !== undefined) return of([await reissueLink(operator, transfer.transferId)], []);

  // Read whole first: a link that is new would be found again.
  const meant = await Array.fromAsync(transfersOfBatch(operator.ledger, batchId, ['link-issued']));
  const links: AuthorizationLink[] = [];
  const refused: Reissued['refused'][number][] = [];
  for (const { transferId, line } of meant) {
    try {
      links.push(await reissueLink(operator, transferId));
    } catch (error) {
      if (!(error instanceof CarryoverError) || error.code !== 'DEED_NOT_EXPECTED') throw error;
      const detail = [failures[error.code].message, error.detail].filter(Boolean).join(' ');
      refused.push({ transferId, line, code: error.code, detail });
      out.note(`Line ${line}, transfer ${transferId.slice(0, 12)}: its link stays as it was. ${detail}`);
    }
    out.progress(`${links.length + refused.length} of ${meant.length} links reissued`);
  }
  return of(links, refused);
}

/** Says why the mails of fresh links do not go now, where links are mailed and nobody is there to do it. */
async function mailsThatWait(operator: CliOperator, batchId: BatchId): Promise<string | null> {
  const { linkMail } = await receiveProfileOf(operator, batchId);
  if (linkMail === undefined) return null;
  const notice = workerNotice(await isWorkerPolling(operator.asked));
  return notice === undefined ? null : `The fresh links are good at once; their mails wait. ${notice}`;
}
