import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startTemporalDevServer } from '../adapters/temporal/dev-server.ts';
import { searchAttributes } from '../schemas/search-attributes.ts';
import { runCarryover } from './chaos-carryover.ts';
import { runNaive } from './chaos-naive.ts';
import { readChaosOptions, type ChaosRow } from './chaos-options.ts';

/**
 * `node bench/chaos.ts --kills 500 --members 40 --seed 1 [--ids server|caller] [--minutes 40]`: kills worker, sandbox or both at random while
 * members are sent, holds the ledger against the sandbox's journal, and prints the table, with a row for a naive script
 * under the same kills. Exit 0 only where Carryover's row holds.
 */
async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const options = readChaosOptions(process.argv.slice(2), stopping.signal);
  const carryover = await withTemporal((address) => runCarryover(options, address));
  const naive = await runNaive(options);
  process.stdout.write(`${table([carryover, naive])}\n\nMembers by end: ${JSON.stringify(carryover.states)}\n`);
  process.stdout.write(`Decisions: ${JSON.stringify(carryover.decisions)}\n`);
  for (const what of carryover.broken) process.stdout.write(`Does not hold: ${what}\n`);
  return holds(carryover) ? 0 : 1;
}

async function withTemporal<Result>(run: (address: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-chaos-temporal-'));
  const files = { dbFile: join(folder, 'temporal.db'), logFile: join(folder, 'temporal.log') };
  const server = await startTemporalDevServer({
    ...files,
    headless: true,
    searchAttributes: Object.values(searchAttributes),
  });
  try {
    return await run(server.address);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function holds({ kills, broken, judged }: ChaosRow): boolean {
  const { storedTwice, confirmedButNotStored, storedButNotCounted, confirmed } = judged;
  const clean = storedTwice + confirmedButNotStored + storedButNotCounted === 0;
  return clean && broken.length === 0 && kills > 0 && confirmed > 0;
}

const columns: readonly [string, (row: ChaosRow) => string | number][] = [
  ['sender', ({ sender }) => sender],
  ['kills', ({ kills }) => kills],
  ['members', ({ members }) => members],
  ['resources', ({ resources }) => resources],
  ['waiting', ({ waiting }) => waiting],
  ['confirmed', ({ judged }) => judged.confirmed],
  ['unknown (naive: given up)', ({ judged }) => judged.unknown],
  ['of these stored', ({ judged }) => judged.unknownButStored],
  ['stored', ({ judged }) => judged.stored],
  ['stored twice', ({ judged }) => judged.storedTwice],
  ['confirmed but not stored', ({ judged }) => judged.confirmedButNotStored],
  ['stored but not counted', ({ judged }) => judged.storedButNotCounted],
];

function table(rows: readonly ChaosRow[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const head = [line(columns.map(([name]) => name)), line(columns.map(() => '---'))];
  return [...head, ...rows.map((row) => line(columns.map(([, cell]) => cell(row))))].join('\n');
}

process.exitCode = await main();
