import type { BatchReport, BatchVerdict, Equation, ReportedException } from './batch-report.ts';

/** How many exceptions the text shows; the JSON has them all. */
const exceptionsShown = 50;

const verdictText: Readonly<Record<BatchVerdict, string>> = {
  'all-good': 'Every row ended well.',
  'some-bad': 'Every row has ended; some did not end well.',
  'needs-decision': 'Writes whose answer was lost need a decision: see `carryover decide --batch`.',
  running: 'The batch is still running.',
  'does-not-add-up': 'THE SUMS DO NOT ADD UP: do not rely on this ledger; run `carryover doctor`.',
};

/** The report as text for a terminal or a file. Pure. */
export function reportText(report: BatchReport, verdict: BatchVerdict): string {
  const { batch, rows, resources, findings, exceptions, equations } = report;
  const sections = [
    [
      `Batch ${batch.batchId}: ${batch.direction} at ${batch.counterpartId}, launched ${batch.createdAt}`,
      `Rows in: ${rows.total}; ended: ${rows.ended}; open: ${rows.open + rows.notLaunched}`,
    ],
    purgedLines(report),
    listed('Rows by state', rows.byState),
    listed('Rows by reason', rows.byReason),
    listed('Resources', resourceCounts(resources)),
    listed('Withheld, by reason', resources.withheldByReason),
    listed('Stored, by type', resources.stored),
    listed('Read and not kept, by type', resources.dropped),
    listed('Findings', findings),
    exceptionLines(exceptions),
    ['Sums', ...equations.map((equation) => `  ${equationText(equation)}`)],
    [verdictText[verdict]],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** `rows 12 = sent 10 + refused 1 + invalid 1`, with `≠` where it does not hold. */
export function equationText({ name, left, parts, holds }: Equation): string {
  const terms = Object.entries(parts).map(([part, count]) => `${part} ${count}`);
  return `${name} ${left} ${holds ? '=' : '≠'} ${terms.length === 0 ? '0' : terms.join(' + ')}`;
}

function purgedLines({ batch, rows }: BatchReport): readonly string[] {
  if (rows.purged === 0 && batch.rosterPurgedAt === undefined) return [];
  const roster = batch.rosterPurgedAt === undefined ? '' : `; the roster on ${batch.rosterPurgedAt}`;
  return [`Purged: the sealed objects of ${rows.purged} rows${roster}. What is said here follows from the ledger.`];
}

function resourceCounts({ resources, open, confirmed, refused, unknown, withheld, repeats }: BatchReport['resources']) {
  return resources === 0 ? {} : { resources, confirmed, refused, unknown, withheld, repeats, open };
}

function listed(title: string, counts: Readonly<Record<string, number>>): readonly string[] {
  const entries = Object.entries(counts);
  if (entries.length === 0) return [];
  const width = Math.max(...entries.map(([name]) => name.length));
  return [title, ...entries.map(([name, count]) => `  ${name.padEnd(width)}  ${count}`)];
}

function exceptionLines(exceptions: readonly ReportedException[]): readonly string[] {
  if (exceptions.length === 0) return [];
  const shown = exceptions.slice(0, exceptionsShown).map((exception) => `  ${exceptionText(exception)}`);
  const more = exceptions.length - shown.length;
  return ['Rows that need a look', ...shown, ...(more > 0 ? [`  and ${more} more; --json has them all`] : [])];
}

function exceptionText({ line, transferId, state, reason, column, detail }: ReportedException): string {
  const why = [reason, column === undefined ? undefined : `column ${column}`, detail].filter(Boolean).join(', ');
  return `line ${line}  ${transferId.slice(0, 12)}  ${state}${why === '' ? '' : `: ${why}`}`;
}
