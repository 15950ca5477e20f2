import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { frozenProfile } from '../adapters/profile/frozen-profile.ts';
import { openMemberRecord } from '../adapters/roster/member-records.ts';
import { mapHeader } from '../domain/roster/map-header.ts';
import { parseRow } from '../domain/roster/parse-row.ts';
import type { Operator } from '../operations/operator.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { rosterColumns, type MemberRecord, type RosterColumn } from '../schemas/roster.ts';
import { readTable, type TableRow } from './read-table.ts';

/**
 * Reads corrected data of a member: CSV with the roster's columns and one row, of which the given cells replace. What comes out
 * was checked together with the data that stay. Throws USAGE or ROW_INVALID with file, line and column, without a cell.
 */
export async function readCorrections(
  operator: Operator,
  { batchId, recordObject }: Transfer,
  file: string,
): Promise<Partial<MemberRecord>> {
  const rows = await readTable(file, rosterColumns);
  const [row] = rows;
  if (row === undefined || rows.length > 1)
    throw new CarryoverError('USAGE', `The file has ${rows.length} rows; corrections are one.`, { file });
  const record = await openMemberRecord(operator, { recordObject });
  const { dateFormat } = (await frozenProfile(operator, batchId)).roster;
  return corrected(record, row, dateFormat, file);
}

function corrected(
  record: MemberRecord,
  { cells, line }: TableRow,
  dateFormat: 'YYYY-MM-DD' | 'MM/DD/YYYY',
  file: string,
): MemberRecord {
  if (cells['row_id'] !== undefined && cells['row_id'] !== record.rowId)
    throw new CarryoverError('USAGE', 'The file names another row than the transfer.', {
      file,
      line,
      column: 'row_id',
    });
  const header = mapHeader(rosterColumns, {});
  if (header.kind === 'refused') throw new CarryoverError('UNEXPECTED');
  const known = cellsOf(record);
  const whole = rosterColumns.map((column) => cells[column] ?? known[column] ?? '');
  const format = cells['birth_date'] === undefined ? 'YYYY-MM-DD' : dateFormat;
  const parsed = parseRow(whole, header.header, line, format);
  if (parsed.kind === 'member') return parsed.record;
  const { reason, column } = parsed.issue;
  throw new CarryoverError('ROW_INVALID', reason, { file, line, ...(column === undefined ? {} : { column }) });
}

function cellsOf(record: MemberRecord): Readonly<Partial<Record<RosterColumn, string>>> {
  const { rowId, family, given, birthDate, previousMemberId, zip, email, source } = record;
  return {
    row_id: rowId,
    family,
    given,
    birth_date: birthDate,
    previous_member_id: previousMemberId,
    zip,
    ...(email === undefined ? {} : { email }),
    ...(source === undefined ? {} : { source }),
  };
}
