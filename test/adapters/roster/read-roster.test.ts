import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readRoster, type ReadRosterOptions } from '../../../adapters/roster/read-roster.ts';
import { writeBadRosters } from '../../../fixtures/write-bad-rosters.ts';
import { CarryoverError } from '../../../schemas/failures.ts';
import type { RosterRow } from '../../../schemas/roster.ts';

const profile = { roster: { dateFormat: 'YYYY-MM-DD', aliases: {} } } as const;
const header = 'row_id,family,given,birth_date,previous_member_id,zip';
const member = (rowId: string, given = 'Ann') => `${rowId},Example,${given},1980-02-29,PM-1,02116`;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'roster-'));
});
afterAll(async () => rm(dir, { recursive: true }));

describe('reading a roster', () => {
  test('gives every data row its number, its line and its end', async () => {
    const rows = await read([header, member('r1'), '', 'r2,too,short', member('r3', 'Bo')].join('\n'));
    expect(rows.map(({ kind, rowNumber, line }) => [kind, rowNumber, line])).toEqual([
      ['member', 1, 2],
      ['invalid', 2, 4],
      ['member', 3, 5],
    ]);
  });

  test.each(['\n', '\r\n'])('keeps the line numbers of the file after a quoted line break (%j)', async (newline) => {
    const twoLines = `r1,"Exam${newline}ple",Ann,1980-02-29,PM-1,02116`;
    const rows = await read([header, twoLines, '', twoLines, member('r3'), 'short', ''].join(newline));
    expect(rows.map(({ kind, line }) => [kind, line])).toEqual([
      ['invalid', 2],
      ['invalid', 5],
      ['member', 7],
      ['invalid', 8],
    ]);
  });

  test('is the same from plain text, with a byte order mark, from gzip, and byte by byte', async () => {
    const text = [header, member('r1', 'Zoë'), member('r2', 'Bo')].join('\r\n');
    const plain = await read(text);
    expect(plain).toHaveLength(2);
    expect(plain[0]).toMatchObject({ record: { given: 'Zoë' } });
    expect(await read(`\ufeff${text}`)).toEqual(plain);
    expect(await read(gzipSync(text))).toEqual(plain);
    expect(await collect({ stream: bytesOf(gzipSync(text)), profile })).toEqual(plain);
    expect(await collect({ stream: bytesOf(Buffer.from(`\ufeff${text}`)), profile })).toEqual(plain);
  });

  test('names the earlier line of a row id or a member that is there twice', async () => {
    const rows = await read(
      [header, member('r1'), member('r1', 'Bo'), member('r3', 'ÁNN'), member('r4', 'Cy')].join('\n'),
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['member', 'invalid', 'invalid', 'member']);
    expect(rows[1]).toMatchObject({ issue: { code: 'ROW_DUPLICATE', line: 3, column: 'row_id' } });
    expect(rows[1]).toMatchObject({ issue: { reason: 'The row_id is on line 2 already.' } });
    expect(rows[2]).toMatchObject({ issue: { code: 'ROW_DUPLICATE', reason: 'The member is on line 2 already.' } });
  });

  test('can be left early', async () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => member(`r${index}`, `Ann${index}`));
    const file = await written([header, ...rows].join('\n'));
    for await (const row of readRoster({ path: file, profile })) {
      expect(row.rowNumber).toBe(1);
      break;
    }
  });
});

describe('a roster is refused as a whole', () => {
  test.each([
    ['ROSTER_EMPTY', ''],
    ['ROSTER_EMPTY', '\n\n'],
    ['ROSTER_EMPTY', header],
    ['ROSTER_HEADER', member('r1')],
    ['ROSTER_HEADER', `${header},zip\n`],
    ['ROSTER_SYNTAX', `${header}\n${member('r1')}\nr2,Exam"ple,Ann\n`],
    ['ROSTER_SYNTAX', `${header}\nr2,"Exam"ple,Ann\n`],
    ['ROSTER_SYNTAX', `${header}\nr2,"Example,Ann\n`],
    ['ROSTER_ENCODING', Buffer.from(`${header}\n${member('r1', 'Zoë')}`, 'latin1')],
    ['ROSTER_ENCODING', Buffer.from(`${header}\n${member('r1')}`, 'utf16le')],
    ['ROSTER_ENCODING', Buffer.from(`\ufeff${header}\n`, 'utf16le')],
    ['ROSTER_TRUNCATED', gzipSync(`${header}\n${member('r1')}`).subarray(0, -12)],
    ['ROSTER_TRUNCATED', Buffer.concat([gzipSync(header).subarray(0, 12), Buffer.alloc(40, 7)])],
  ])('with %s (case %$)', async (code, content) => {
    const error = await refusal({ path: await written(content), profile });
    expect(error.code).toBe(code);
    expect(`${error.message} ${JSON.stringify(error.place)}`).not.toMatch(/Exam|Ann|Zo|PM-1/);
  });

  test('with the line of the syntax error, and no more of what the parser knows', async () => {
    const error = await refusal({ path: await written(`${header}\n${member('r1')}\nr2,Exam"ple,Ann\n`), profile });
    expect(error.place).toEqual({ line: 3 });
    expect(error.cause).toBeUndefined();
  });

  test('where it is a directory or is not there', async () => {
    await mkdir(path.join(dir, 'folder'), { recursive: true });
    for (const name of ['folder', 'nowhere.csv']) {
      const error = await refusal({ path: path.join(dir, name), profile });
      expect(error.code).toBe('ROSTER_UNREADABLE');
      expect(error.message).not.toContain(name);
    }
  });
});

test('every bad roster of the fixtures ends as they say', async () => {
  // The huge field has a test of its own below.
  const rosters = (await writeBadRosters(path.join(dir, 'bad'))).filter(({ name }) => name !== 'huge-field.csv');
  const ends = await Promise.all(rosters.map(async ({ name, file }) => [name, await endOf(file)]));
  expect(Object.fromEntries(ends)).toEqual(
    Object.fromEntries(
      rosters.map(({ name, outcome, badLines }) => [name, outcome === 'refused' ? 'refused' : badLines]),
    ),
  );
});

test('a cell of two megabytes is one bad row, and the others go on', async () => {
  const rows = await read([header, member('r1', 'A'.repeat(2 ** 21)), member('r2')].join('\n'));
  expect(rows.map(({ kind }) => kind)).toEqual(['invalid', 'member']);
});

/** `refused`, or the lines of the invalid rows. */
async function endOf(file: string): Promise<'refused' | number[]> {
  try {
    const rows = await collect({ path: file, profile });
    return rows.filter(({ kind }) => kind === 'invalid').map(({ line }) => line);
  } catch (error) {
    if (error instanceof CarryoverError && error.code.startsWith('ROSTER_')) return 'refused';
    throw error;
  }
}

let files = 0;
async function written(content: string | Uint8Array): Promise<string> {
  files += 1;
  const file = path.join(dir, `roster-${files}.csv`);
  await writeFile(file, content);
  return file;
}

async function read(content: string | Uint8Array): Promise<RosterRow[]> {
  return collect({ path: await written(content), profile });
}

async function collect(options: ReadRosterOptions): Promise<RosterRow[]> {
  return Array.fromAsync(readRoster(options));
}

async function refusal(options: ReadRosterOptions): Promise<CarryoverError> {
  const error: unknown = await collect(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CarryoverError)) throw new Error('The roster was not refused.', { cause: error });
  return error;
}

async function* bytesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const index of bytes.keys()) yield bytes.subarray(index, index + 1);
}
