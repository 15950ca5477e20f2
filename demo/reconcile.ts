import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { checkReceived } from './check-received.ts';
import { checkSent, type SentRow } from './check-sent.ts';
import type { ReportDocument } from './cli-documents.ts';
import type { Run } from './run.ts';
import type { SentMembers } from './send-members.ts';

/** Something that must be so, found out from a side that Carryover has no hand in. */
export interface Check {
  readonly name: string;
  readonly holds: boolean;
  /** What was found. */
  readonly found: string;
}

/** The report of one batch as the command line gives it. */
export interface BatchAccount {
  readonly batchId: string;
  readonly document: ReportDocument;
  readonly text: string;
}

/** Both batches, held against the roster, the fixtures and what the other plan noted down. */
export interface Reconciled {
  readonly receive: BatchAccount;
  readonly send: BatchAccount;
  readonly rows: readonly SentRow[];
  readonly checks: readonly Check[];
  /** True where every check holds. */
  readonly asPredicted: boolean;
}

/** Reads both reports and holds them against everything else that is known. */
export async function reconcile(run: Run, receiveBatchId: string, sent: SentMembers): Promise<Reconciled> {
  const receive = await accountOf(run, receiveBatchId);
  const send = await accountOf(run, sent.batchId);
  const received = await checkReceived(run, receive);
  const { rows, checks } = await checkSent(run, sent, send.document);
  const all = [...received, ...checks];
  return { receive, send, rows, checks: all, asPredicted: all.every(({ holds }) => holds) };
}

async function accountOf({ carryover, places }: Run, batchId: string): Promise<BatchAccount> {
  const file = join(places.handover, `${batchId}.txt`);
  // 1: every row has ended, some of them not well.
  const document = await carryover<ReportDocument>(['report', batchId, '--out', file], {
    goodExitCodes: [0, 1, 4, 5, 6],
  });
  const text = await readFile(file, 'utf8');
  await rm(file);
  return { batchId, document, text: text.trimEnd() };
}
