import { decideUnknowns } from '../operations/decide-unknowns.ts';
import { CarryoverError, failures, type FailureCode } from '../schemas/failures.ts';
import type { TransferId } from '../schemas/ids.ts';
import type { UnknownDecision } from '../schemas/ledger-events.ts';
import type { CommandContext } from './command.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { CliOperator } from './installation.ts';
import { resolveBatch } from './resolve-batch.ts';
import { notTaken } from './tell-deed.ts';
import { textTable } from './text-table.ts';
import { undecidedOfBatch, type UndecidedTransfer } from './undecided-of-batch.ts';
import { isWorkerPolling } from './worker-polling.ts';

/** One decision for all that is undecided in a batch, or for what was lost by one cause. */
export interface BatchDecision {
  readonly batch: string;
  readonly decision: UnknownDecision;
  readonly why: string;
  readonly cause: string | undefined;
}

interface TransferOutcome {
  readonly transferId: TransferId;
  readonly line: number;
  readonly outcome: 'taken' | 'recorded' | 'held' | 'refused';
  readonly decided: number;
  readonly undecided: number;
  /** Withheld with the decision, because they refer to what will never have an id there. */
  readonly withheld: number;
  readonly code: FailureCode | null;
  readonly detail: string;
}

/**
 * Decides by rule: each transfer gets the same decision, actor and reason, and a note of the rule. Tells what became of each.
 * Exit 1 where some were refused, else 5 where something is still undecided, else 4 where some wait for a worker.
 */
export async function decideBatch(
  { out }: CommandContext,
  operator: CliOperator,
  { batch, decision, why, cause }: BatchDecision,
): Promise<ExitCode> {
  const { batchId } = await resolveBatch(operator.ledger, batch);
  const rule = `batch ${batchId}, ${cause === undefined ? 'every cause' : `cause ${cause}`}`;
  // Read whole first: what is decided leaves the list.
  const undecided = await Array.fromAsync(undecidedOfBatch(operator, batchId));
  const [meant, others] = split(undecided, cause);
  const ask = (await isWorkerPolling(operator.asked)) === true;
  const outcomes: TransferOutcome[] = [];
  for (const found of meant) {
    outcomes.push(
      await decideOne(operator, found, { decision, why, rule, ask, ...(cause === undefined ? {} : { cause }) }),
    );
    out.progress(`${outcomes.length} of ${meant.length} transfers decided`);
  }
  const left = sum(outcomes) + others.reduce((count, { unknowns }) => count + unknowns.length, 0);
  const waiting = outcomes.some(({ outcome }) => outcome === 'recorded');
  const notice = waiting ? await notTaken(operator) : null;
  out.result({ batchId, decision, rule, undecided: left, notice, transfers: outcomes }, textOf(outcomes, left, notice));
  if (outcomes.some(({ outcome }) => outcome === 'refused')) return exitCodes.someBad;
  if (left > 0) return exitCodes.needsDecision;
  return waiting ? exitCodes.goesOn : exitCodes.good;
}

function split(
  undecided: readonly UndecidedTransfer[],
  cause: string | undefined,
): readonly [readonly UndecidedTransfer[], readonly UndecidedTransfer[]] {
  const isMeant = ({ unknowns }: UndecidedTransfer): boolean =>
    cause === undefined || unknowns.some((one) => one.cause === cause);
  return [undecided.filter(isMeant), undecided.filter((found) => !isMeant(found))];
}

interface Rule {
  readonly decision: UnknownDecision;
  readonly why: string;
  readonly rule: string;
  readonly ask: boolean;
  readonly cause?: string;
}

async function decideOne(
  operator: CliOperator,
  { transfer: { transferId, line }, unknowns }: UndecidedTransfer,
  rule: Rule,
): Promise<TransferOutcome> {
  try {
    const { delivery, decided, undecided, withheld } = await decideUnknowns(operator, { transferId, ...rule });
    const outcome = { outcome: delivery, decided: decided.length, undecided, withheld };
    return { transferId, line, ...outcome, code: null, detail: '' };
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    const detail = [failures[error.code].message, error.detail].filter(Boolean).join(' ');
    const outcome = { outcome: 'refused', decided: 0, undecided: unknowns.length, withheld: 0 } as const;
    return { transferId, line, ...outcome, code: error.code, detail };
  }
}

function sum(outcomes: readonly TransferOutcome[]): number {
  return outcomes.reduce((count, { undecided }) => count + undecided, 0);
}

function textOf(outcomes: readonly TransferOutcome[], left: number, notice: string | null): string {
  const rows = outcomes.map(({ transferId, line, outcome, decided, undecided, withheld, code, detail }) => [
    transferId.slice(0, 12),
    line,
    outcome,
    decided,
    undecided,
    withheld,
    [code, detail].filter(Boolean).join(' '),
  ]);
  const table = textTable([['transfer', 'line', 'outcome', 'decided', 'undecided', 'withheld', 'why'], ...rows]);
  return [
    outcomes.length === 0 ? 'Nothing that is undecided falls under this rule.' : table,
    ...(left === 0 ? [] : [`${left} resources of the batch are still undecided.`]),
    ...(notice === null ? [] : [notice]),
  ].join('\n\n');
}
