import { addCounts, noResources, type ResourceCounts } from '../../schemas/counts.ts';
import type { Direction } from '../../schemas/ids.ts';
import { isEndState, isGoodEnd, isRowEnd, type TransferState } from '../../schemas/states.ts';
import { totalOf } from '../accounting/total-of.ts';
import type { TransferProjection } from '../accounting/transfer-projection.ts';

/** What the ledger knows of a batch as a whole. */
export interface ReportedBatch {
  readonly batchId: string;
  readonly direction: Direction;
  readonly counterpartId: string;
  readonly createdAt: string;
  readonly closedAt?: string;
  /** Rows of the roster; absent until it was read to its end. */
  readonly rows?: number;
  readonly launched: boolean;
  /** When the roster was removed. */
  readonly rosterPurgedAt?: string;
}

export interface ReportedTransfer {
  readonly transferId: string;
  readonly line: number;
  readonly state: TransferState;
  readonly projection: TransferProjection;
}

/** A row that is not in a good end state, named by its line: a row id may say something about the person. */
export interface ReportedException {
  readonly line: number;
  readonly transferId: string;
  readonly state: TransferState;
  readonly reason?: string;
  readonly column?: string;
  readonly detail?: string;
}

type CountsByName = Readonly<Record<string, number>>;

/** A sum that must hold: what went in, and every place where it can be now. */
export interface Equation {
  readonly name: string;
  readonly left: number;
  readonly parts: CountsByName;
  readonly holds: boolean;
}

/** The reconciled account of a batch: a fold of its transfers. Holds no PHI. */
export interface BatchReport {
  readonly batch: ReportedBatch;
  readonly rows: {
    readonly total: number;
    readonly ended: number;
    readonly open: number;
    /** Rows of the roster that have no transfer yet. */
    readonly notLaunched: number;
    /** Rows whose sealed objects were removed; what is said of them here follows from the ledger. */
    readonly purged: number;
    readonly byState: Readonly<Partial<Record<TransferState, number>>>;
    readonly byReason: CountsByName;
  };
  readonly resources: ResourceCounts & {
    readonly withheldByReason: CountsByName;
    /** Receive: what was stored, and what was read and never kept, by type. */
    readonly stored: CountsByName;
    readonly dropped: CountsByName;
    /** An update: what came as it had been delivered before. */
    readonly unchanged: number;
  };
  readonly findings: CountsByName;
  readonly exceptions: readonly ReportedException[];
  readonly equations: readonly Equation[];
  readonly addsUp: boolean;
}

/** What is known after some of the transfers. */
export interface ReportTally {
  readonly recorded: number;
  readonly byState: Readonly<Partial<Record<TransferState, number>>>;
  readonly byReason: CountsByName;
  readonly counts: ResourceCounts;
  readonly withheldByReason: CountsByName;
  readonly stored: CountsByName;
  readonly dropped: CountsByName;
  /** Of the transfers that stored their record: how many resources came, and how many of them again. */
  readonly read: number;
  readonly readAgain: number;
  readonly unchanged: number;
  readonly findings: CountsByName;
  readonly exceptions: readonly ReportedException[];
  readonly purged: number;
}

export const emptyTally: ReportTally = {
  recorded: 0,
  byState: {},
  byReason: {},
  counts: noResources,
  withheldByReason: {},
  stored: {},
  dropped: {},
  read: 0,
  readAgain: 0,
  unchanged: 0,
  findings: {},
  exceptions: [],
  purged: 0,
};

/** Folds transfers into the report of their batch; `tally` is what was folded of earlier pages. */
export function tallyTransfers(tally: ReportTally, transfers: Iterable<ReportedTransfer>): ReportTally {
  const exceptions = [...tally.exceptions];
  let next = tally;
  for (const transfer of transfers) {
    const { state, projection } = transfer;
    if (!isGoodEnd(state) && isRowEnd(state)) exceptions.push(exceptionOf(transfer));
    next = {
      recorded: next.recorded + 1,
      byState: sum(next.byState, { [state]: 1 }),
      byReason: projection.reason === undefined ? next.byReason : sum(next.byReason, { [projection.reason]: 1 }),
      counts: addCounts(next.counts, projection.counts),
      withheldByReason: sum(next.withheldByReason, projection.withheldByReason),
      ...receivedBy(next, transfer),
      findings: sum(next.findings, projection.findings),
      exceptions,
      purged: next.purged + (projection.purge?.state === 'done' ? 1 : 0),
    };
  }
  return next;
}

/** A record counts when it is stored as a whole; what was read of one that failed is kept nowhere. */
function receivedBy(tally: ReportTally, { state, projection }: ReportedTransfer) {
  const { stored, dropped, read, readAgain, unchanged } = tally;
  if (state !== 'stored') return { stored, dropped, read, readAgain, unchanged };
  return {
    stored: sum(stored, projection.stored),
    dropped: sum(dropped, projection.dropped),
    read: read + projection.read,
    readAgain: readAgain + projection.readAgain,
    unchanged: unchanged + (projection.unchanged ?? 0),
  };
}

/** Makes the report: totals, and whether both equations hold (design.md, "What must never happen"). */
export function batchReport(batch: ReportedBatch, tally: ReportTally): BatchReport {
  const { recorded, byState, byReason, counts, withheldByReason, stored, dropped, unchanged, findings, exceptions } =
    tally;
  const total = batch.rows ?? recorded;
  const notLaunched = batch.launched ? 0 : Math.max(0, total - recorded);
  const equations = [
    rowEquation(total, notLaunched, byState),
    batch.direction === 'send' ? resourceEquation(counts) : readEquation(tally),
  ];
  const ended = sumWhere(byState, isRowEnd);
  return {
    batch,
    rows: { total, ended, open: recorded - ended, notLaunched, purged: tally.purged, byState, byReason },
    resources: { ...counts, withheldByReason, stored, dropped, unchanged },
    findings,
    exceptions,
    equations,
    addsUp: equations.every(({ holds }) => holds),
  };
}

function rowEquation(total: number, notLaunched: number, byState: ReportTally['byState']): Equation {
  const ends = Object.fromEntries(Object.entries(byState).filter(([state]) => isRowEnd(state as TransferState)));
  const stillOpen = sumWhere(byState, (state) => !isRowEnd(state));
  return equation('rows', total, { ...ends, ...nonZero('open', stillOpen), ...nonZero('notLaunched', notLaunched) });
}

function resourceEquation({ resources, open, ...ends }: ResourceCounts): Equation {
  return equation('resources', resources, { ...ends, ...nonZero('open', open) });
}

/** Receive: every resource that came is stored, was never to be kept, came again, or was delivered before as it is. */
function readEquation({ read, readAgain, unchanged, stored, dropped }: ReportTally): Equation {
  const parts = {
    stored: totalOf(stored),
    dropped: totalOf(dropped),
    repeats: readAgain,
    ...nonZero('unchanged', unchanged),
  };
  return equation('read', read, parts);
}

function equation(name: string, left: number, parts: CountsByName): Equation {
  const right = Object.values(parts).reduce((total, part) => total + part, 0);
  const natural = Object.values(parts).every((part) => part >= 0);
  return { name, left, parts, holds: left === right && natural };
}

function nonZero(name: string, count: number): CountsByName {
  return count === 0 ? {} : { [name]: count };
}

function sumWhere(byState: ReportTally['byState'], wanted: (state: TransferState) => boolean): number {
  return (Object.entries(byState) as [TransferState, number][])
    .filter(([state]) => wanted(state))
    .reduce((total, [, count]) => total + count, 0);
}

function sum(a: CountsByName, b: CountsByName): CountsByName {
  const total: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) total[name] = (total[name] ?? 0) + count;
  return total;
}

function exceptionOf({ line, transferId, state, projection }: ReportedTransfer): ReportedException {
  const { reason, column, detail } = projection;
  return {
    line,
    transferId,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(column === undefined ? {} : { column }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** How a batch stands as a whole: what the exit code says. */
export type BatchVerdict = 'does-not-add-up' | 'running' | 'needs-decision' | 'some-bad' | 'all-good';

/** The verdict over a report. Unknown writes are named before other bad ends, because somebody must act. */
export function verdictOf({ addsUp, rows, batch }: BatchReport): BatchVerdict {
  if (!addsUp) return 'does-not-add-up';
  if (!batch.launched || rows.open > 0) return 'running';
  if ((rows.byState['needs-decision'] ?? 0) > 0) return 'needs-decision';
  const states = Object.keys(rows.byState) as TransferState[];
  return states.every((state) => isEndState(state) && isGoodEnd(state)) ? 'all-good' : 'some-bad';
}
