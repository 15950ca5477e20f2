import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { DeedsDocument } from './cli-documents.ts';
import { DemoFailure } from './demo-failure.ts';
import type { Run } from './run.ts';

/** CSV with a header line; our cells need no quotes. */
export type Table = readonly (readonly string[])[];

/** Gives a command a file that only we can read, and deletes it right after use: it may hold tokens or a member's data. */
export async function withHandover<Result>(
  { places }: Pick<Run, 'places'>,
  table: Table,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  const file = join(places.handover, `${crypto.randomUUID()}.csv`);
  try {
    await writeFile(file, table.map((cells) => `${cells.join(',')}\n`).join(''), { mode: 0o600, flag: 'wx' });
    return await use(file);
  } finally {
    await rm(file, { force: true });
  }
}

export type RowOutcome = DeedsDocument['rows'][number];

/**
 * Does one deed for many rows with one command, such as `carryover approve --csv`; the outcomes come in the order of the table.
 * A row may be too early (its transfer has not yet written down that the mail left): it is `refused` as DEED_NOT_EXPECTED and
 * goes again. Throws DemoFailure for any other refusal.
 */
export async function doDeeds(
  run: Run,
  command: 'approve' | 'token',
  args: readonly string[],
  table: Table,
): Promise<readonly RowOutcome[]> {
  const { rows } = await withHandover(run, table, (file) =>
    // 1: some were refused; 4: recorded, and not yet taken.
    run.carryover<DeedsDocument>([command, '--csv', file, ...args], { goodExitCodes: [0, 1, 4] }),
  );
  const refused = rows.filter((row) => row.outcome === 'refused' && row.code !== 'DEED_NOT_EXPECTED');
  if (refused.length > 0)
    throw new DemoFailure(`carryover ${command} refused rows: ${refused.map(({ code }) => code).join(', ')}.`);
  return rows;
}
