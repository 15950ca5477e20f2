import type { DemoRow } from '../fixtures/write-demo.ts';
import { countArrivals, type Arrivals } from './arrivals.ts';
import type { ReportDocument } from './cli-documents.ts';
import type { Check } from './reconcile.ts';
import type { Run } from './run.ts';
import type { SentMembers } from './send-members.ts';
import { sumsCheck } from './sums-check.ts';

/** One row of the roster that was sent: what was predicted, and what became of it. */
export interface SentRow {
  readonly rowId: string;
  readonly line: number;
  readonly planted: DemoRow['planted'];
  readonly expectedEnd: string;
  readonly end: string;
  /** Resources that the other plan must hold, and those that its journal shows. */
  readonly expectedStored: number;
  readonly stored: number;
}

/** Holds the send batch against the roster's predictions and the sandbox's arrival journal. */
export async function checkSent(
  { admin }: Run,
  { demo, desk }: SentMembers,
  report: ReportDocument,
): Promise<{ readonly rows: readonly SentRow[]; readonly checks: readonly Check[] }> {
  const arrivals = countArrivals(await admin.journal());
  const rows = demo.rows.map((row) => sentRow(row, report, arrivals));
  const unexpected = rows.filter(({ end, expectedEnd }) => end !== expectedEnd);
  const wrongCount = rows.filter(({ stored, expectedStored }) => stored !== expectedStored);
  const rowsIn = demo.rows.filter(({ planted }) => planted !== 'malformed');
  const resourcesIn = rowsIn.reduce((sum, { resources }) => sum + resources, 0);
  const { confirmed, unknown, refused } = report.resources;
  const faultHits = (await admin.faultHits()).map(({ hits }) => hits);
  const findings = (await admin.findings()).map(({ kind }) => kind).filter((kind) => alarming.has(kind));

  const checks = [
    sumsCheck('send', report),
    check('send: every row ended as the roster predicts', unexpected.length === 0, listed(unexpected)),
    check(
      'send: resources in = those in the files of the good rows',
      report.resources.resources === resourcesIn,
      `${report.resources.resources} and ${resourcesIn}`,
    ),
    check('send: nothing is unknown or refused', unknown + refused === 0, `${unknown} unknown, ${refused} refused`),
    check(
      "send: the other plan's journal holds exactly the confirmed ones, each once",
      arrivals.stored === confirmed && arrivals.storedAgain === 0,
      `${confirmed} confirmed, ${arrivals.stored} stored, ${arrivals.storedAgain} of them again`,
    ),
    check('send: for every row it holds what the files predict', wrongCount.length === 0, listed(wrongCount)),
    check(
      'send: everything that was to go wrong went wrong: changes asked for, a token ended early',
      faultHits.every((hits) => hits === 1) && desk.resubmitted.size === 1 && desk.tokensReplaced.size === 1,
      `${desk.resubmitted.size} resubmitted, ${desk.tokensReplaced.size} with a second token`,
    ),
    check('send: no repeat, wrong person or misused token was noticed there', findings.length === 0, listed(findings)),
  ];
  return { rows, checks };
}

/** What a witness at the other plan must never have noticed. */
const alarming: ReadonlySet<string> = new Set([
  'repeated-id',
  'repeated-content',
  'wrong-patient',
  'oversize-bundle',
  'token-on-wrong-origin',
  'unknown-token',
  'duplicate-mail',
  'member-data-in-subject',
]);

function sentRow(row: DemoRow, { rows, exceptions }: ReportDocument, { contents }: Arrivals): SentRow {
  const { index, rowId, planted, expectedEnd, previousMemberId, distinct, provenances } = row;
  // The first line is the header.
  const line = index + 2;
  const exception = exceptions.find((found) => found.line === line);
  // The report names the rows that ended badly; the others are `sent` where the sum by state says so.
  const allOthersSent = rows.byState.sent === rows.total - exceptions.length;
  return {
    rowId,
    line,
    planted,
    expectedEnd,
    end: exception?.state ?? (allOthersSent ? 'sent' : 'not known'),
    expectedStored: expectedEnd === 'sent' ? distinct - provenances : 0,
    stored: contents.get(previousMemberId)?.size ?? 0,
  };
}

function check(name: string, holds: boolean, found: string): Check {
  return { name, holds, found };
}

function listed(found: readonly (string | SentRow)[]): string {
  if (found.length === 0) return 'no exception';
  return found.map((one) => (typeof one === 'string' ? one : one.rowId)).join(', ');
}
