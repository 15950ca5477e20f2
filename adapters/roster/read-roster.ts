import { mapHeader, type RosterHeader } from '../../domain/roster/map-header.ts';
import { parseRow } from '../../domain/roster/parse-row.ts';
import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { RosterRow } from '../../schemas/roster.ts';
import { type RosterCells, rosterRecords } from './roster-records.ts';
import { type RosterInput, rosterText } from './roster-text.ts';
import { seenRows } from './seen-rows.ts';

export type ReadRosterOptions = RosterInput & { readonly profile: Pick<CounterpartProfile, 'roster'> };

/**
 * Reads a roster row by row: CSV, plain or gzip. A bad row comes out as invalid and the others go on; a bad file throws, which
 * may be after its first rows, so read it to the end before anything is started.
 * Errors: ROSTER_UNREADABLE, ROSTER_TRUNCATED, ROSTER_ENCODING, ROSTER_SYNTAX, ROSTER_HEADER, ROSTER_EMPTY.
 */
export async function* readRoster(options: ReadRosterOptions): AsyncGenerator<RosterRow> {
  const { dateFormat, aliases } = options.profile.roster;
  const seen = seenRows();
  let header: RosterHeader | undefined;
  let rowNumber = 0;

  for await (const row of rosterRecords(rosterText(options))) {
    if (header === undefined) {
      header = headerOf(row, aliases);
      continue;
    }
    rowNumber += 1;
    const { line } = row;
    const parsed = parseRow(row.cells, header, line, dateFormat);
    const issue = parsed.kind === 'invalid' ? parsed.issue : seen.duplicate(parsed.record, line);
    if (issue !== undefined) yield { kind: 'invalid', rowNumber, line, issue };
    else if (parsed.kind === 'member') yield { kind: 'member', rowNumber, line, record: parsed.record };
  }
  if (rowNumber === 0) throw new CarryoverError('ROSTER_EMPTY');
}

function headerOf({ cells, line }: RosterCells, aliases: CounterpartProfile['roster']['aliases']): RosterHeader {
  const mapping = mapHeader(cells, aliases);
  if (mapping.kind === 'mapped') return mapping.header;
  const { detail, column } = mapping;
  throw new CarryoverError('ROSTER_HEADER', detail, { line, ...(column && { column }) });
}
