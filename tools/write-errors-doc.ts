import { readFile, writeFile } from 'node:fs/promises';

import { failures, type FailureCode } from '../schemas/failures.ts';

/** The document that lists every failure of the catalogue. */
export const errorsDocFile = new URL('../docs/errors.md', import.meta.url);

const exitCodeMeanings: Readonly<Record<number, string>> = {
  0: 'everything is in a good end state',
  1: 'finished, but some rows failed or were refused',
  2: 'usage or configuration: mend it and repeat the command',
  3: 'something that is needed cannot be reached',
  4: '`--wait` ended, or a deed is recorded, while work goes on without the command',
  5: 'writes whose answer was lost need a decision',
  6: 'an audit check failed, or sums do not add up: do not rely on this ledger',
  7: 'a safety guard refused; nothing was done',
  130: 'Ctrl-C: the command let go, the work goes on',
};

const retryText = { retry: 'The program tries again by itself.', never: 'The program does not try again by itself.' };

/** docs/errors.md as it must be. */
export function errorsDoc(): string {
  const codes = Object.keys(failures) as FailureCode[];
  return [
    '# Errors and exit codes',
    '<!-- Written by `npx node tools/write-errors-doc.ts` from schemas/failures.ts. Change that file, then run this again. -->',
    'Every failure has one code. It is the same in the ledger, in reports, in log lines, in Temporal and on the command line.\nNo code and no exit code is ever used again for something else.',
    '## Exit codes',
    exitCodeTable(),
    'A command that fails says, on standard error: what happened, the code, where (file, line, column), what state remains, and what to\ndo next. It never says what a cell, a file or an answer held. With `--json` the same stands under `error` on standard output.',
    '## Codes',
    ...codes.map(sectionOf),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Padded as the formatter pads it. */
function exitCodeTable(): string {
  const rows = [['code', 'meaning'], ...Object.entries(exitCodeMeanings)] as [string, string][];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [header = [], ...body] = rows;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function sectionOf(code: FailureCode): string {
  const { message, advice, exitCode, retry } = failures[code];
  return [`### ${code}`, message, `What to do: ${advice}`, `Exit code ${exitCode}. ${retryText[retry]}`].join('\n\n');
}

/** `node tools/write-errors-doc.ts` writes the document where it differs. */
async function main(): Promise<void> {
  const doc = errorsDoc();
  const known = await readFile(errorsDocFile, 'utf8').catch(() => '');
  if (known === doc) return;
  await writeFile(errorsDocFile, doc);
  process.stdout.write('docs/errors.md was written.\n');
}

if (import.meta.main) await main();
