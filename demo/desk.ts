import type { Demo, DemoRow } from '../fixtures/write-demo.ts';
import { readPeople, type Person } from './read-people.ts';
import type { Run } from './run.ts';
import type { ReviewAnswer } from './sandbox-admin.ts';

/** The desk of the people at our plan who deal with the answers to one batch. */
export interface Desk {
  readonly run: Run;
  readonly batchId: string;
  /** By previous member id, which is what the answers name. */
  readonly rows: ReadonlyMap<string, DemoRow>;
  readonly people: ReadonlyMap<string, Person>;
  lastAnswerRead: number;
  /** Answers that are not dealt with yet. */
  open: readonly ReviewAnswer[];
  /** Rows whose first token was handed in. */
  readonly tokensHandedIn: Set<string>;
  /** Rows that were corrected and submitted again, and rows that got a second token. */
  readonly resubmitted: Set<string>;
  readonly tokensReplaced: Set<string>;
}

/** Opens the desk for a batch that was just launched. */
export async function openDesk(run: Run, demo: Demo, batchId: string): Promise<Desk> {
  return {
    run,
    batchId,
    rows: new Map(demo.rows.map((row) => [row.previousMemberId, row])),
    people: await readPeople(demo.rosterFile),
    lastAnswerRead: 0,
    open: [],
    tokensHandedIn: new Set(),
    resubmitted: new Set(),
    tokensReplaced: new Set(),
  };
}

/** The row that an answer of the other plan is about. */
export function rowOf({ rows }: Desk, { previousMemberId }: Pick<ReviewAnswer, 'previousMemberId'>): DemoRow {
  const row = rows.get(previousMemberId);
  if (row === undefined) throw new Error('an answer about somebody who is not on the roster');
  return row;
}
