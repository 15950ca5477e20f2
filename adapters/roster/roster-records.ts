import { pipeline, Readable } from 'node:stream';

import { CsvError, parse } from 'csv-parse';

import { CarryoverError } from '../../schemas/failures.ts';

export interface RosterCells {
  readonly cells: readonly string[];
  /** 1-based line of the file on which the row starts. */
  readonly line: number;
}

/** Bytes of one row: a quote that is never closed must not swallow a gigabyte. */
const longestRow = 16 * 1024 * 1024;

/** Rows of a CSV text (RFC 4180), empty lines left out. Error: ROSTER_SYNTAX with the line; what csv-parse says itself holds values and is dropped. */
export async function* rosterRecords(text: AsyncIterable<string>): AsyncGenerator<RosterCells> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  });
  pipeline(Readable.from(text), parser, () => {
    // The error, if any, comes out of the loop below.
  });
  const lines = lineCounter();
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>)
      yield { cells: record, line: lines.startOf(record, info.lines) };
  } catch (error) {
    throw error instanceof CsvError ? syntaxError(error) : error;
  }
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** csv-parse gives the line on which a row ends, and counts a CRLF inside quotes twice. */
function lineCounter() {
  let countedTwice = 0;
  return {
    startOf(cells: readonly string[], endLine: number): number {
      const characters = countAll(cells, /[\r\n]/g);
      const line = endLine - countedTwice - characters;
      if (characters > 0) countedTwice += characters - countAll(cells, /\r\n|[\r\n]/g);
      return line;
    },
  };
}

function countAll(cells: readonly string[], pattern: RegExp): number {
  return cells.reduce((sum, cell) => sum + (cell.match(pattern)?.length ?? 0), 0);
}

const syntax: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: 'A quote stands inside a cell that is not quoted.',
  CSV_INVALID_CLOSING_QUOTE: 'Text follows a closing quote.',
  CSV_QUOTE_NOT_CLOSED: 'A quote was not closed before the end of the file.',
  CSV_MAX_RECORD_SIZE: 'A row is too long; a quote may not be closed.',
};

function syntaxError(error: CsvError): CarryoverError {
  const line: unknown = error['lines'];
  return new CarryoverError('ROSTER_SYNTAX', syntax[error.code] ?? '', typeof line === 'number' ? { line } : {});
}
