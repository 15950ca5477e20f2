import { writeFile } from 'node:fs/promises';

import type { SentRow } from './check-sent.ts';
import { troubleText } from './planned-trouble.ts';
import type { Check, Reconciled } from './reconcile.ts';
import type { Run } from './run.ts';

/** Writes the report as text and as JSON into the demo's folder; returns the text. It holds no member's data. */
export async function writeReport(run: Run, reconciled: Reconciled, seconds: number): Promise<string> {
  const { options, places } = run;
  const { receive, send, rows, checks, asPredicted } = reconciled;
  const { members, seed } = options;
  const document = {
    asPredicted,
    members,
    seed,
    seconds,
    receive: receive.document,
    send: send.document,
    rows,
    checks,
  };
  const text = reportText(reconciled, seconds);
  await writeFile(places.reportJson, `${JSON.stringify(document, undefined, 2)}\n`, { mode: 0o600 });
  await writeFile(places.reportText, text, { mode: 0o600 });
  return text;
}

function reportText({ receive, send, rows, checks, asPredicted }: Reconciled, seconds: number): string {
  const sections = [
    titled('RECEIVED', receive.text),
    titled('SENT', send.text),
    titled('ROW BY ROW, AS THE ROSTER PREDICTED', rows.map(rowText).join('\n')),
    titled('HELD AGAINST THE OTHER SIDE', checks.map(checkText).join('\n')),
    `${asPredicted ? verdicts.asPredicted : verdicts.differs} It took ${seconds} seconds.`,
  ];
  return `${sections.join('\n\n')}\n`;
}

const verdicts = {
  asPredicted: 'Every row ended as predicted, the sums add up, and the other side holds exactly what was confirmed.',
  differs: 'SOMETHING DIFFERS: see the lines marked NO above.',
} as const;

function titled(title: string, text: string): string {
  return `${title}\n${'-'.repeat(title.length)}\n${text}`;
}

function rowText({ rowId, line, planted, expectedEnd, end, expectedStored, stored }: SentRow): string {
  const same = end === expectedEnd && stored === expectedStored;
  const planned = planted === 'nothing' ? '' : `  (${troubleText[planted]})`;
  const ended = same
    ? `${end}, ${stored} stored there`
    : `${end} instead of ${expectedEnd}, ${stored} of ${expectedStored}`;
  return `  ${same ? 'yes' : 'NO '}  ${rowId}  line ${String(line).padEnd(3)} ${ended}${planned}`;
}

function checkText({ name, holds, found }: Check): string {
  return `  ${holds ? 'yes' : 'NO '}  ${name}\n       ${found}`;
}
