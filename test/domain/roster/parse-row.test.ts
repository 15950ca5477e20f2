import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { mapHeader, type RosterHeader } from '../../../domain/roster/map-header.ts';
import { parseDate } from '../../../domain/roster/parse-date.ts';
import { parseRow } from '../../../domain/roster/parse-row.ts';
import { rosterColumns } from '../../../schemas/roster.ts';

const header = headerOf([...rosterColumns]);
const good = ['r1', 'Example', 'Ann', '1980-02-29', 'PM-1', '02116', 'ann@example.com', 'members/r1.json'];

describe('a row of a roster', () => {
  test('becomes a member record, without the space around its cells', () => {
    const cells = good.map((cell) => ` ${cell}\u00a0`);
    expect(parseRow(cells, header, 2, 'YYYY-MM-DD')).toEqual({
      kind: 'member',
      record: {
        rowId: 'r1',
        family: 'Example',
        given: 'Ann',
        birthDate: '1980-02-29',
        previousMemberId: 'PM-1',
        zip: '02116',
        email: 'ann@example.com',
        source: 'members/r1.json',
      },
    });
  });

  test('may leave e-mail address and source empty', () => {
    const row = parseRow([...good.slice(0, 6), '', ''], header, 2, 'YYYY-MM-DD');
    expect(row).toMatchObject({ kind: 'member' });
    expect(row.kind === 'member' && Object.keys(row.record)).not.toContain('email');
  });

  test('may hold what a spreadsheet takes for a formula', () => {
    expect(parseRow(replaced(1, '=HYPERLINK("x")'), header, 2, 'YYYY-MM-DD')).toMatchObject({ kind: 'member' });
  });

  test.each([
    ['a day that is not in the calendar', 3, '1981-02-29', 'birth_date'],
    ['a date of another format', 3, '02/28/1981', 'birth_date'],
    ['a zip that lost its leading zero', 5, '2116', 'zip'],
    ['a zip with letters', 5, '0211A', 'zip'],
    ['an e-mail address without a domain', 6, 'ann@', 'email'],
    ['an e-mail address that would add a header', 6, 'a@example.com,b@example.com', 'email'],
    ['a line break', 2, 'An\nn', 'given'],
    ['a character that turns the line around', 1, 'Exam\u202eple', 'family'],
    ['an id that is too long', 4, 'P'.repeat(65), 'previous_member_id'],
  ])('with %s is invalid, and the issue names the column and not the value', (_, index, text, column) => {
    const row = parseRow(replaced(index, text), header, 7, 'YYYY-MM-DD');
    expect(row).toMatchObject({ kind: 'invalid', issue: { code: 'ROW_INVALID', line: 7, column } });
    expect(JSON.stringify(row)).not.toContain(text);
  });

  test('with an empty required cell is invalid', () => {
    const issue = { code: 'ROW_INVALID', column: 'family', reason: 'family is empty.' };
    expect(parseRow(replaced(1, '  '), header, 7, 'YYYY-MM-DD')).toMatchObject({ kind: 'invalid', issue });
  });

  test.each([7, 9])('with %i cells instead of eight is invalid', (width) => {
    const cells = [...good, 'more'].slice(0, width);
    const row = parseRow(cells, header, 3, 'YYYY-MM-DD');
    expect(row).toMatchObject({ kind: 'invalid', issue: { line: 3 } });
    expect(JSON.stringify(row)).toContain(`${width} cells`);
  });
});

describe('a date', () => {
  test('is read in the format of the profile, and only in that', () => {
    expect(parseDate('04/29/1974', 'MM/DD/YYYY')).toBe('1974-04-29');
    expect(parseDate('29/04/1974', 'MM/DD/YYYY')).toBeUndefined();
    expect(parseDate('4/29/1974', 'MM/DD/YYYY')).toBeUndefined();
    expect(parseDate('1974-04-29', 'MM/DD/YYYY')).toBeUndefined();
  });

  test('survives both formats for every day', () => {
    const days = fc.date({ min: new Date('1000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, day] = iso.split('-');
        expect(parseDate(iso, 'YYYY-MM-DD')).toBe(iso);
        expect(parseDate(`${month}/${day}/${year}`, 'MM/DD/YYYY')).toBe(iso);
      }),
    );
  });
});

describe('the header', () => {
  test('is found in any order, case and spacing, beside columns that are not ours', () => {
    const cells = ['Zip', ' Previous Member-ID', 'note', 'ROW_ID', 'given', 'family', 'birth date'];
    const { positions, width } = headerOf(cells);
    expect(Object.fromEntries(positions)).toEqual({
      zip: 0,
      previous_member_id: 1,
      row_id: 3,
      given: 4,
      family: 5,
      birth_date: 6,
    });
    expect(width).toBe(7);
  });

  test('may use the names of the profile', () => {
    const cells = ['row_id', 'Last Name', 'given', 'birth_date', 'previous_member_id', 'zip'];
    expect(mapHeader(cells, { family: 'last_name' })).toMatchObject({ kind: 'mapped' });
    expect(mapHeader(cells, {})).toMatchObject({ kind: 'refused', column: 'family' });
  });

  test('that names a column twice is refused, by name or by alias', () => {
    const cells = ['row_id', 'family', 'given', 'birth_date', 'previous_member_id', 'zip'];
    expect(mapHeader([...cells, 'Zip'], {})).toMatchObject({ kind: 'refused', column: 'zip' });
    expect(mapHeader([...cells, 'plz'], { zip: 'plz' })).toMatchObject({ kind: 'refused', column: 'zip' });
    expect(mapHeader([...cells, 'note', 'note'], {})).toMatchObject({ kind: 'refused' });
  });

  test('that is missing does not bring the first member into the message', () => {
    const mapping = mapHeader([...good], {});
    expect(mapping).toMatchObject({ kind: 'refused', column: 'row_id' });
    for (const cell of good) expect(JSON.stringify(mapping)).not.toContain(cell);
  });
});

function replaced(index: number, text: string): string[] {
  return good.with(index, text);
}

function headerOf(cells: string[]): RosterHeader {
  const mapping = mapHeader(cells, {});
  if (mapping.kind === 'refused') throw new Error(mapping.detail);
  return mapping.header;
}
