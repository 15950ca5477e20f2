import { rosterRecords } from '../adapters/roster/roster-records.ts';
import { rosterText } from '../adapters/roster/roster-text.ts';
import { CarryoverError } from '../schemas/failures.ts';

/** A row of a CSV file that a person wrote: cells by column, empty ones left out. */
export interface TableRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Reads a CSV file with a header of known columns, whole. Throws USAGE with file and line, and with none of its cells. */
export async function readTable(file: string, columns: readonly string[]): Promise<readonly TableRow[]> {
  const rows: TableRow[] = [];
  let header: readonly string[] | undefined;
  try {
    for await (const { cells, line } of rosterRecords(rosterText({ path: file }))) {
      if (header === undefined) header = checkedHeader(cells, columns);
      else rows.push({ line, cells: cellsOf(header, cells, line) });
    }
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    throw new CarryoverError('USAGE', detailOf(error), { file, ...error.place }, { cause: error });
  }
  if (rows.length === 0) throw new CarryoverError('USAGE', 'The file has no rows.', { file });
  return rows;
}

function checkedHeader(cells: readonly string[], columns: readonly string[]): readonly string[] {
  const header = cells.map((cell) => cell.trim().toLowerCase());
  const allowed = `Its columns are: ${columns.join(', ')}.`;
  if (!header.every((name) => columns.includes(name)))
    throw new CarryoverError('USAGE', `The header names a column that is not known. ${allowed}`, { line: 1 });
  if (new Set(header).size < header.length)
    throw new CarryoverError('USAGE', `The header names a column twice. ${allowed}`, { line: 1 });
  return header;
}

function cellsOf(header: readonly string[], cells: readonly string[], line: number): Record<string, string> {
  if (cells.length !== header.length)
    throw new CarryoverError('USAGE', `The row has ${cells.length} cells; the header has ${header.length}.`, { line });
  const named = header.map((name, column) => [name, (cells[column] ?? '').trim()] as const);
  return Object.fromEntries(named.filter(([, cell]) => cell !== ''));
}

const details: Readonly<Partial<Record<CarryoverError['code'], string>>> = {
  ROSTER_UNREADABLE: 'The file cannot be read.',
  ROSTER_ENCODING: 'The file is not UTF-8.',
  ROSTER_TRUNCATED: 'The compressed file ends too early.',
  ROSTER_SYNTAX: 'The file is not well-formed CSV.',
};

function detailOf({ code, detail }: CarryoverError): string {
  return [details[code], detail].filter(Boolean).join(' ');
}
