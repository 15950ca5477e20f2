import {
  type MemberRecord,
  requiredRosterColumns,
  type RosterColumn,
  rosterColumns,
  type RosterIssue,
} from '../../schemas/roster.ts';
import type { RosterHeader } from './map-header.ts';
import { type DateFormat, parseDate } from './parse-date.ts';

export type ParsedRow =
  | { readonly kind: 'member'; readonly record: MemberRecord }
  | { readonly kind: 'invalid'; readonly issue: RosterIssue };

/** Characters; what the columns of the ledger, mail headers and file names can hold. */
const lengthLimits: Readonly<Record<RosterColumn, number>> = {
  row_id: 64,
  family: 200,
  given: 200,
  birth_date: 32,
  previous_member_id: 64,
  zip: 10,
  email: 254,
  source: 1024,
};

/** Control characters, and those that turn or break the line they are shown in. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

/**
 * Reads one row of a roster (the fields are those of the seed's member-info e-mail). An issue names line and column, never the
 * value. A cell that a spreadsheet would take for a formula is an ordinary cell here.
 */
export function parseRow(
  cells: readonly string[],
  header: RosterHeader,
  line: number,
  dateFormat: DateFormat,
): ParsedRow {
  if (cells.length !== header.width)
    return invalid(line, `The row has ${cells.length} cells; the header has ${header.width}.`);
  const cell = (column: RosterColumn): string => (cells[header.positions.get(column) ?? -1] ?? '').trim();

  for (const column of rosterColumns) {
    const reason = shapeOf(cell(column), column);
    if (reason !== undefined) return invalid(line, reason, column);
  }
  const birthDate = parseDate(cell('birth_date'), dateFormat);
  if (birthDate === undefined) return invalid(line, `birth_date is not a calendar date (${dateFormat}).`, 'birth_date');

  const email = cell('email');
  const source = cell('source');
  return {
    kind: 'member',
    record: {
      rowId: cell('row_id'),
      family: cell('family'),
      given: cell('given'),
      birthDate,
      previousMemberId: cell('previous_member_id'),
      zip: cell('zip'),
      ...(email !== '' && { email }),
      ...(source !== '' && { source }),
    },
  };
}

/** What is wrong with a trimmed cell, as a sentence without data. */
function shapeOf(text: string, column: RosterColumn): string | undefined {
  if (text === '') return requiredRosterColumns.includes(column) ? `${column} is empty.` : undefined;
  if (unprintable.test(text)) return `${column} holds a control character or a line break.`;
  if (text.length > lengthLimits[column]) return `${column} is longer than ${lengthLimits[column]} characters.`;
  if (column === 'zip' && !/^\d{5}(-?\d{4})?$/.test(text))
    return 'zip is not 5 or 9 digits (spreadsheets drop leading zeros).';
  if (column === 'email' && !/^[^\s@<>()[\],;:"\\]+@[^\s@<>()[\],;:"\\]+\.[^\s@<>()[\],;:"\\]+$/.test(text))
    return 'email is not an e-mail address.';
  return undefined;
}

function invalid(line: number, reason: string, column?: RosterColumn): ParsedRow {
  return { kind: 'invalid', issue: { code: 'ROW_INVALID', line, reason, ...(column && { column }) } };
}
